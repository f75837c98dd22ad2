"""A GPU that this PyTorch cannot use: the window finds or loads an engine that can, and says what comes of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from rigdyno.core.check.updates import MachineSeen
from rigdyno.core.engines import chosen_engine, packs, torch_index
from rigdyno.core.engines.engine_options import EngineOptions
from rigdyno.core.engines.engine_search import PACK, Engine
from rigdyno.core.records.machine import Gpu, Reading
from rigdyno.gui.shell.main_window import CHECK, SETTINGS

from tests.core import wheel_index
from tests.core.engines.test_chosen_engine import OTHER, pack
from tests.gui.builders import shown

NAME = "RTX 4060"


@pytest.fixture
def stranded(machine):
    """A computer with a GPU, and a torch for the CPU alone."""
    told = {"gpu.name": NAME, "gpu.capability": "8.9", "gpu.cuda_driver": "12.8", "gpu.memory_total": 8 << 30}
    gpu = Gpu("GPU-1", "0000:01:00.0", {k: Reading(v, "NVML") for k, v in told.items()})
    readings = machine.readings | {"torch.engine": Reading("own", "this program")}
    return replace(machine, gpus=(gpu,), gpu_note="", readings=readings)


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """An index with what has the shape of a PyTorch for this GPU."""
    with wheel_index.index(tmp_path / "index") as made:
        made.add_torch(wheel_index.torch(made.shop.folder / "whl/cu126"), "cu126")
        made.add_other(wheel_index.aid(made.elsewhere.folder), "cu126")
        made.write()
        monkeypatch.setenv(torch_index.INDEX_VARIABLE, made.address)
        yield made.shop


def test_where_nothing_fits_one_is_offered_for_installing(window, qtbot, stranded, shop, home):
    offer = window.check_page.engine_offer
    assert not offer.isVisible()
    with qtbot.waitSignal(window.bridge.engines_found):
        window.bridge.updated.emit(MachineSeen(stranded))
    assert offer.isVisible()
    assert f"can load a PyTorch that uses {NAME} (cu126, some gigabytes from the internet) " in offer.sentence.text()
    assert str(home) in offer.sentence.text()
    assert [b.isVisible() for b in (offer.accept, offer.elsewhere, offer.stop)] == [True, True, False]
    stages = []
    window.bridge.engine_progress.connect(lambda now: stages.append(now.stage))
    with (
        qtbot.waitSignal(window.bridge.engine_refused),
        qtbot.waitSignal(window.bridge.installing_changed, check_params_cb=lambda on: not on),
    ):
        offer.accept.click()
        assert not window.check_page.start_card.start.isEnabled(), "a check beside it would measure it too"
        assert [b.isVisible() for b in (offer.accept, offer.elsewhere, offer.stop)] == [False, False, True]
    assert list(dict.fromkeys(stages)) == ["list", "load", "unpack", "check"]
    (made,) = packs.installed_packs()
    assert made.parent == home / packs.FOLDER
    assert "ImportError: made for a test" in offer.trouble.text(), "it was started, and is no PyTorch"
    assert chosen_engine.read_choice() is None
    assert window.check_page.start_card.start.isEnabled()
    assert offer.accept.isVisible()


def test_stopping_keeps_what_was_loaded(window, qtbot, stranded, shop, home, tmp_path):
    window.bridge.updated.emit(MachineSeen(replace(stranded, torch=None)))
    window.bridge.engines_found.emit(EngineOptions((), NAME, "cu126", tmp_path))
    offer = window.check_page.engine_offer
    shop.cut, shop.after = 100, 10
    window.bridge.engine_progress.connect(lambda now: offer.stop.click() if now.stage == "load" else None)
    with qtbot.waitSignal(window.bridge.engine_refused) as told:
        offer.accept.click()
    assert told.args == [None]
    qtbot.waitUntil(lambda: not window.bridge.installing)
    assert "What was downloaded is kept" in offer.trouble.text()
    assert list((tmp_path / packs.FOLDER).glob(f"*{packs.PARTIAL_SUFFIX}/wheels/*"))
    assert not list(packs.installed_packs())


def test_an_engine_that_fits_is_used_with_one_click(window, qtbot, stranded, tmp_path, home):
    """The pack really is the tests' own PyTorch: that it is built for CUDA only the offer says."""
    place = pack(tmp_path / "stick" / "torch-other")
    found = Engine(str(place), str(place), PACK, "cp311", "2.13.0+cu129", "12.9")
    offered = EngineOptions(((found, found.fit(stranded.gpus)),), NAME)
    window.engines._wanted = f"{NAME} own"  # nobody else is asked
    window.bridge.updated.emit(MachineSeen(stranded))
    window.bridge.engines_found.emit(offered)
    offer = window.check_page.engine_offer
    assert offer.sentence.text() == f"PyTorch 2.13.0+cu129 with CUDA 12.9 was found in {place}, and can use {NAME}."
    assert not offer.elsewhere.isVisible()
    seen = []
    window.bridge.updated.connect(lambda u: seen.append(u.machine) if isinstance(u, MachineSeen) else None)
    offer.accept.click()
    qtbot.waitUntil(lambda: bool(seen) and seen[-1].torch is not None)
    assert seen[-1].torch.version == OTHER
    assert chosen_engine.read_choice() == place
    assert offer.isHidden(), "this computer has no such GPU"
    card = window.settings_page.engine
    assert OTHER in card.now.text()
    assert str(place) in card.now.text()


def test_the_settings_show_every_engine_and_what_is_wrong_with_it(window, qtbot, stranded, tmp_path, home):
    broken = pack(home / packs.FOLDER / "torch-broken", python="cp27")
    whole = pack(home / packs.FOLDER / "torch-whole")
    window.bridge.updated.emit(MachineSeen(replace(stranded, gpus=())))
    window.show_page(SETTINGS)
    card = window.settings_page.engine
    with qtbot.waitSignal(window.bridge.engines_found):
        card.search.click()
    assert "this program's own" in card.choice.itemText(0)
    assert card.choice.value() == ""
    assert not card.use.isVisible(), "it is in use"
    qtbot.waitUntil(lambda: f"{broken} is made for Python cp27" in shown(card))
    card.choice.set_value(str(whole))
    card.choice.activated.emit(card.choice.currentIndex())
    assert card.why.text() == "Fits this computer, which has no NVIDIA GPU that answers."
    (whole / packs.PACKAGES / "torch/version.py").unlink()
    with qtbot.waitSignal(window.bridge.engine_refused):
        card.use.click()
    assert "torch/version.py is missing" in card.trouble.text()
    assert chosen_engine.read_choice() is None


def test_what_is_offered_outlives_a_change_of_language(window, qtbot, stranded, settings):
    window.engines._wanted = f"{NAME} own"
    window.bridge.updated.emit(MachineSeen(stranded))
    window.bridge.engines_found.emit(EngineOptions((), NAME, "cu126", Path("/home/ada")))
    assert "some gigabytes from the internet" in shown(window.check_page)
    settings.choose("language", "es")
    qtbot.waitUntil(lambda: "algunos gigabytes de internet" in shown(window.check_page))
    assert window.page == CHECK
    settings.choose("language", "en")
    qtbot.waitUntil(lambda: "some gigabytes from the internet" in shown(window.check_page))


def test_during_a_check_nothing_is_looked_for(window, stranded):
    window.settings_page.set_running(True)
    assert not window.settings_page.engine.search.isEnabled()
    window.bridge._running = True
    window.bridge.updated.emit(MachineSeen(stranded))
    assert window.engines._wanted == ""
    window.bridge._running = False
