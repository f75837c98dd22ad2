"""GPUs through their graphics drivers: lists them, and runs compute shaders on one, whether or not torch can use it.

Uses WebGPU (`wgpu`): Vulkan on Linux, Vulkan or Direct3D 12 on Windows, Metal on macOS. Only a child process imports
this, as a broken driver may end its process.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import wgpu
from wgpu.backends.wgpu_native.extras import set_instance_extras

from ..probes.graphics_adapters import VENDORS
from ..records.machine import DriverAdapter
from .shader_code import COPY, GROUP, PRODUCT, TILE

Matrix = npt.NDArray[np.float32]

BACKENDS = ("Vulkan", "Metal", "D3D12")
"""In order of preference. Without OpenGL, which lists the same GPUs again, and often lacks compute shaders."""
KINDS = {"DiscreteGPU": "discrete", "IntegratedGPU": "integrated", "CPU": "software"}
SOFTWARE = ("llvmpipe", "swiftshader", "basic render")
"""Parts of the names of adapters that emulate a GPU on the processor, although their driver does not say so."""


def adapters() -> list[tuple[DriverAdapter, wgpu.GPUAdapter]]:
    """Each GPU that a driver offers, once, with the adapter for `ShaderGpu`. Broken drivers may raise anything."""
    set_instance_extras(backends=["Vulkan", "Metal", "DX12"])
    offered = [a for a in wgpu.gpu.enumerate_adapters_sync() if a.info["backend_type"] in BACKENDS]
    offered.sort(key=lambda a: BACKENDS.index(a.info["backend_type"]))
    found: dict[tuple[str, int, int], list[tuple[DriverAdapter, wgpu.GPUAdapter]]] = {}
    for one in offered:
        info = one.info
        alike = found.setdefault((info["device"], info["vendor_id"], info["device_id"]), [])
        # The same names twice are two cards in one backend, but one card in different backends.
        if not alike or alike[0][0].backend == info["backend_type"]:
            alike.append((_described(info), one))
    return [pair for alike in found.values() for pair in alike]


def _described(info: wgpu.GPUAdapterInfo) -> DriverAdapter:
    name = str(info["device"] or "unnamed")
    kind = KINDS.get(info["adapter_type"], "unknown")
    if any(part in name.lower() for part in SOFTWARE):
        kind = "software"
    vendor = VENDORS.get(f"{int(info['vendor_id']):04x}", "")
    return DriverAdapter(name, vendor, kind, info["backend_type"], str(info["description"] or ""))


class ShaderGpu:
    """One GPU, opened. `product` and `copy` make kernels; `run` runs one, and returns when it is done."""

    def __init__(self, adapter: wgpu.GPUAdapter) -> None:
        names = ("max-storage-buffer-binding-size", "max-buffer-size")
        limits = {name: adapter.limits[name] for name in names}
        self.largest = int(min(limits.values()))
        """The most bytes that a buffer of a shader may have."""
        self._device = adapter.request_device_sync(required_limits=limits)

    def buffer(self, content: Matrix | None = None, size: int = 0) -> wgpu.GPUBuffer:
        """Memory of the GPU with `content`, or with `size` bytes of zeros."""
        usage = wgpu.BufferUsage.STORAGE | wgpu.BufferUsage.COPY_SRC | wgpu.BufferUsage.COPY_DST
        if content is None:
            return self._device.create_buffer(size=size, usage=usage)
        return self._device.create_buffer_with_data(data=content, usage=usage)

    def read(self, buffer: wgpu.GPUBuffer, offset: int, size: int) -> Matrix:
        """`size` bytes of a buffer from `offset` on, as float32."""
        return np.frombuffer(self._device.queue.read_buffer(buffer, offset, size), dtype=np.float32)

    def product(self, a: wgpu.GPUBuffer, b: wgpu.GPUBuffer, c: wgpu.GPUBuffer, n: int) -> Kernel:
        """The kernel of C = A B for n x n matrices, stored row by row."""
        shape = self._device.create_buffer_with_data(
            data=np.array([n, 0, 0, 0], dtype=np.uint32), usage=wgpu.BufferUsage.UNIFORM
        )
        tiles = -(-n // TILE)
        return self._kernel(PRODUCT, (a, b, c, shape), (tiles, tiles), c)

    def copy(self, source: wgpu.GPUBuffer, target: wgpu.GPUBuffer, size: int) -> Kernel:
        """The kernel that copies `size` bytes from one buffer to the other."""
        return self._kernel(COPY, (source, target), (-(-size // (16 * GROUP)), 1), target)

    def run(self, kernel: Kernel, times: int = 1, together: int = 1) -> None:
        """Run a kernel `times` times, `together` of them in each submission, and wait until all are done."""
        while times > 0:
            encoder = self._device.create_command_encoder()
            step = encoder.begin_compute_pass()
            step.set_pipeline(kernel.pipeline)
            step.set_bind_group(0, kernel.group)
            for _ in range(min(times, together)):
                step.dispatch_workgroups(*kernel.groups)
            step.end()
            self._device.queue.submit([encoder.finish()])
            times -= together
        # Reading waits for all submitted work; wgpu's own on_submitted_work_done raises a TypeError in 0.32.
        self._device.queue.read_buffer(kernel.output, 0, 4)

    def _kernel(
        self, code: str, buffers: tuple[wgpu.GPUBuffer, ...], groups: tuple[int, int], output: wgpu.GPUBuffer
    ) -> Kernel:
        module = self._device.create_shader_module(code=code)
        pipeline = self._device.create_compute_pipeline(
            layout="auto", compute={"module": module, "entry_point": "main"}
        )
        entries = [
            {"binding": i, "resource": {"buffer": b, "offset": 0, "size": b.size}} for i, b in enumerate(buffers)
        ]
        group = self._device.create_bind_group(layout=pipeline.get_bind_group_layout(0), entries=entries)
        return Kernel(pipeline, group, groups, output)


@dataclass(frozen=True, slots=True)
class Kernel:
    """A shader with its buffers, its number of workgroups in x and y, and the buffer that it writes."""

    pipeline: wgpu.GPUComputePipeline
    group: wgpu.GPUBindGroup
    groups: tuple[int, int]
    output: wgpu.GPUBuffer
