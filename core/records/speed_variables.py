"""Environment variables that change the speed of training: those that a check sets, and those that it takes away.

Sources: the manuals of GNU's and LLVM's OpenMP, oneMKL, oneDNN and OpenBLAS; PyTorch's list of environment variables;
NVIDIA's CUDA C++ Programming Guide; Python's command line.
"""

from __future__ import annotations

from collections.abc import Mapping

THREADS, WAITING = ("OMP_NUM_THREADS", "MKL_NUM_THREADS"), "OMP_WAIT_POLICY"
SPINNING = ("GOMP_SPINCOUNT", "KMP_BLOCKTIME")
ALLOCATION = ("MALLOC_MMAP_MAX_", "MALLOC_TRIM_THRESHOLD_")
RECOMMENDED = (*THREADS, WAITING, *SPINNING, *ALLOCATION)
"""Those that a check sets for its worker, and that make other programs as fast."""

_PLACES_OF_THREADS = (
    *("GOMP_CPU_AFFINITY", "OMP_PLACES", "OMP_PROC_BIND", "KMP_AFFINITY", "KMP_HW_SUBSET", "KMP_PLACE_THREADS"),
    *("GOTOBLAS_MAIN_FREE", "OPENBLAS_MAIN_FREE", "MKL_DYNAMIC"),
)
_NUMBERS_OF_THREADS = (
    *("OMP_THREAD_LIMIT", "OMP_DYNAMIC", "OMP_MAX_ACTIVE_LEVELS", "OMP_NESTED", "KMP_LIBRARY", "KMP_ALL_THREADS"),
    *("KMP_MAX_THREADS", "KMP_DEVICE_THREAD_LIMIT", "KMP_TEAMS_THREAD_LIMIT", "KMP_DYNAMIC_MODE"),
    *("MKL_DOMAIN_NUM_THREADS", "OPENBLAS_NUM_THREADS", "GOTO_NUM_THREADS"),
    *("BLIS_NUM_THREADS", "BLIS_JC_NT", "BLIS_IC_NT", "BLIS_JR_NT", "BLIS_IR_NT", "VECLIB_MAXIMUM_THREADS"),
    *("OMP_NUM_TEAMS", "OMP_TEAMS_THREAD_LIMIT", "MKL_NUM_STRIPES"),
)
INSTRUCTIONS = (
    *("ATEN_CPU_CAPABILITY", "MKL_ENABLE_INSTRUCTIONS", "MKL_CBWR", "MKL_DEBUG_CPU_TYPE"),
    *("ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA", "ONEDNN_CPU_ISA_HINTS", "DNNL_CPU_ISA_HINTS"),
    *("ONEDNN_DEFAULT_FPMATH_MODE", "DNNL_DEFAULT_FPMATH_MODE"),
    *("NVIDIA_TF32_OVERRIDE", "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE", "MKL_THREADING_LAYER"),
    *("OPENBLAS_CORETYPE", "BLIS_ARCH_TYPE", "GLIBC_TUNABLES"),
)
"""Those that choose instructions, precision or the library for threads. A check keeps them, as somebody may need them
to train at all, and says that it was measured with them: without MKL_THREADING_LAYER=GNU, conda's MKL may refuse to
start beside GNU's OpenMP.
"""
_FAULT_FINDING = (
    *("CUDA_LAUNCH_BLOCKING", "HIP_LAUNCH_BLOCKING", "AMD_SERIALIZE_KERNEL", "AMD_SERIALIZE_COPY"),
    *("PYTORCH_NO_CUDA_MEMORY_CACHING", "PYTORCH_NO_HIP_MEMORY_CACHING"),
    *("ONEDNN_VERBOSE", "DNNL_VERBOSE", "MKL_VERBOSE", "MALLOC_CHECK_", "MALLOC_PERTURB_", "MALLOC_ARENA_MAX"),
    *("PYTHONMALLOC", "PYTHONTRACEMALLOC", "PYTHONDEVMODE", "PYTHONPROFILEIMPORTTIME"),
)
FOREIGN = (*_PLACES_OF_THREADS, *_NUMBERS_OF_THREADS, *_FAULT_FINDING)
"""Those that a shell, a job scheduler or a notebook may have left behind, and that a check takes away: with
GOMP_CPU_AFFINITY=0 all threads share one core, and 101 instead of 2,092 images/s were measured.

They bind threads to cores, limit their number, or help to find faults.
CUDA_VISIBLE_DEVICES is not among them: it says which GPUs to use.
"""


def without_foreign(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without the variables of `FOREIGN`."""
    return {name: value for name, value in environment.items() if name.upper() not in FOREIGN}


def foreign_settings(environment: Mapping[str, str]) -> list[str]:
    """The variables of `FOREIGN` that are set, as in "OMP_PROC_BIND=true", by name."""
    return [f"{name}={value}" for name, value in sorted(environment.items()) if name.upper() in FOREIGN]
