"""Every fault that the program must survive, what makes it happen, and whether for real: `python -m tests.faults`.

`pytest -m faults` does them all; they are part of the default selection. What is "simulated" says why.
"""

from __future__ import annotations

from dataclasses import dataclass

REAL = "real"


@dataclass(frozen=True, slots=True)
class Fault:
    """`tests`: "file::function", in the folder of tests. `how`: `REAL`, or why it is simulated."""

    name: str
    tests: tuple[str, ...]
    how: str = REAL


FAULTS = (
    Fault("worker killed", ("core/session/test_worker_session.py::test_killed_in_mid_run_keeps_what_was_measured",
                            "core/check/test_check.py::test_a_broken_worker_leaves_a_partial_result",
                            "gui/shell/test_window_with_real_engine.py::test_a_broken_worker_leaves_a_message_and_a_window_that_works")),
    Fault("program killed", ("core/check/test_journal.py::test_the_terminal_offers_what_a_killed_program_had_measured",
                             "bench/test_kills_program.py::test_kills_at_random_moments_lose_nothing_that_was_told",
                             "bench/test_kills_more.py::test_kills_at_random_moments_lose_nothing_that_was_told")),
    Fault("worker hung", ("core/session/test_worker_session.py::test_a_worker_that_never_answers",
                          "core/session/test_worker_session.py::test_a_worker_that_never_says_hello")),
    Fault("worker out of memory",
          ("core/session/test_worker_session.py::test_out_of_memory_is_a_result_and_the_worker_lives_on",
                                            "core/check/test_real_faults.py::test_the_worker_has_a_cap_on_its_memory_and_lives_on")),
    Fault("memory of the machine runs out",
          ("core/check/test_real_faults.py::test_where_memory_runs_out_the_users_program_lives",)),
    Fault("a plan that would swap", ("core/analysis/test_plan_limits.py::test_plans_beyond_the_machine_are_refused",)),
    Fault("garbage or half a line on the pipe", ("core/session/test_worker_session.py::test_garbage_on_the_wire",)),
    Fault("the child prints to stdout",
          ("core/session/test_worker_session.py::test_prints_of_a_library_do_not_reach_the_wire",)),
    Fault("torch cannot be imported", ("core/check/test_real_faults.py::test_a_torch_that_fails_to_import_is_told",)),
    Fault("parent killed", ("core/session/test_worker_session.py::test_the_child_dies_with_its_parent",
                            "core/session/test_worker_session.py::test_the_child_dies_with_its_parent_also_while_torch_is_imported",)),
    Fault("power cut", ("core/check/test_journal.py::test_every_cut_of_a_journal_gives_a_result_or_nothing",
                        "core/check/test_journal.py::test_zeros_after_a_power_cut_are_passed_over"),
          "a test cannot cut the power: the journal is cut at every place, and its end filled with zeros"),
    Fault("sleep and resume", ("core/check/test_real_faults.py::test_a_stop_in_the_middle_is_no_slowness",
                               "core/check/test_real_faults.py::test_a_sleep_that_stops_the_clock_too_is_noticed"),
          "a test cannot put its machine to sleep: all processes are stopped, and a clock is scripted"),
    Fault("time set back", ("core/check/test_real_faults.py::test_a_clock_that_is_set_back_in_the_middle",),
          "the machine's clock belongs to all its programs: this process alone sees it go back"),
    Fault("disk full", ("core/check/test_real_faults.py::test_a_full_disk_costs_the_store_and_no_measurement",
                        "core/check/test_real_faults.py::test_a_disk_that_fills_up_in_the_middle_ends_the_journal_alone",
                        "core/cli/test_command_line.py::test_a_full_disk_under_stdout_is_said_once")),
    Fault("read-only or missing data folder", ("core/check/test_real_faults.py::test_a_folder_that_cannot_be_written",
                                               "gui/shell/test_real_faults.py::test_a_data_folder_that_cannot_be_made_is_told")),
    Fault("locked database", ("core/check/test_real_faults.py::test_a_locked_store_costs_no_result",)),
    Fault("corrupt database", ("core/check/test_real_faults.py::test_a_corrupt_store_costs_no_result",
                               "core/store/test_history.py::test_a_page_that_is_overwritten_makes_it_damaged")),
    Fault("two instances", ("core/check/test_real_faults.py::test_two_programs_check_at_once_in_one_folder",
                            "gui/shell/test_shell.py::test_a_second_start_raises_the_first_and_a_killed_one_is_no_obstacle")),
    Fault("no fonts", ("gui/shell/test_real_faults.py::test_a_system_without_fonts_opens_the_window",)),
    Fault("screen unplugged", ("gui/shell/test_real_faults.py::test_a_screen_that_is_unplugged_in_the_middle",)),
    Fault("a decimal comma", ("core/check/test_real_faults.py::test_a_locale_with_a_decimal_comma",
                              "gui/shell/test_real_faults.py::test_the_locale_of_the_system_changes_no_result")),
    Fault("a user name with spaces and other letters",
          ("core/check/test_real_faults.py::test_a_user_with_spaces_and_other_letters_in_every_path",)),
    Fault("256 processors, some off",
          ("core/check/test_real_faults.py::test_a_machine_of_256_processors_some_of_them_off",
                                                "core/sensors/test_sensor_sampler.py::test_a_core_that_was_switched_on_meanwhile"),
          "no such machine here, and switching one off takes it from all programs: the kernel's files are made up"),
    Fault("limits of a container", ("core/check/test_real_faults.py::test_a_group_with_one_processors_worth_of_time",
                                    "core/check/test_real_faults.py::test_a_group_with_little_memory",
                                    "core/check/test_real_faults.py::test_a_program_that_may_use_one_processor_of_many")),
    Fault("a virtual machine without sensors",
          ("core/check/test_real_faults.py::test_a_virtual_machine_without_sensors",),
          "real where the tests run in one; elsewhere an empty folder stands for the kernel's sensors"),
    Fault("no root", ("core/check/test_real_faults.py::test_nothing_asks_for_root",)),
    Fault("fifty starts and cancels", ("gui/shell/test_real_faults.py::test_fifty_starts_and_cancels_leave_nothing",)),
)  # fmt: skip


def main() -> None:
    """Print the table."""
    width = max(len(fault.name) for fault in FAULTS)
    for fault in FAULTS:
        print(f"{fault.name:{width}}  {fault.how if fault.how == REAL else f'simulated: {fault.how}'}")
        for test in fault.tests:
            print(f"{'':{width}}    tests/{test}")


if __name__ == "__main__":
    main()
