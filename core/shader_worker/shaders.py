"""A matrix product and a copy as compute shaders: any GPU's driver runs them, whether or not torch knows the GPU.

Through WebGPU (`wgpu`): Vulkan on Linux, Vulkan or Direct3D 12 on Windows, Metal on macOS. Imported in a child alone,
as a broken driver takes its process along.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import wgpu
from wgpu.backends.wgpu_native.extras import set_instance_extras

from ..probes.graphics_adapters import VENDORS
from ..records.machine import DriverAdapter

Matrix = npt.NDArray[np.float32]

BACKENDS = ("Vulkan", "Metal", "D3D12")
"""In the order of preference. OpenGL is left out: it lists the same GPUs again, and lacks compute on many."""
KINDS = {"DiscreteGPU": "discrete", "IntegratedGPU": "integrated", "CPU": "software"}
SOFTWARE = ("llvmpipe", "swiftshader", "basic render")
"""What plays a GPU on the processor, by parts of its name, where the driver does not say so."""
TILE, DEEP, GROUP = 128, 8, 256
"""A workgroup of 256 computes 128 x 128 values, from 8 columns and 8 rows at a time: 8 x 8 values for each thread."""


def _product() -> str:
    """C = A B for square matrices in rows of n, any n; each thread has 8 rows by two vectors of 4, and 8 columns."""
    columns = range(8)
    sums = "\n".join(f"  var high{j} = vec4<f32>(); var low{j} = vec4<f32>();" for j in columns)
    steps = "\n".join(
        f"      let b{j} = vec4<f32>(right[k * {TILE}u + l.x + {16 * j}u]);"
        f" high{j} = fma(up, b{j}, high{j}); low{j} = fma(down, b{j}, low{j});"
        for j in columns
    )
    store = "\n".join(
        f"  put(row, column + {16 * j}u, high{j}); put(row + 4u, column + {16 * j}u, low{j});" for j in columns
    )
    return f"""
@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read_write> c: array<f32>;
@group(0) @binding(3) var<uniform> n: vec4<u32>;
var<workgroup> left: array<vec4<f32>, {DEEP * TILE // 4}>;
var<workgroup> right: array<f32, {DEEP * TILE}>;

fn of_a(row: u32, column: u32) -> f32 {{
  if (row < n.x && column < n.x) {{ return a[row * n.x + column]; }}
  return 0.0;
}}
fn of_b(row: u32, column: u32) -> f32 {{
  if (row < n.x && column < n.x) {{ return b[row * n.x + column]; }}
  return 0.0;
}}
fn put(row: u32, column: u32, values: vec4<f32>) {{
  if (column >= n.x) {{ return; }}
  if (row < n.x) {{ c[row * n.x + column] = values.x; }}
  if (row + 1u < n.x) {{ c[(row + 1u) * n.x + column] = values.y; }}
  if (row + 2u < n.x) {{ c[(row + 2u) * n.x + column] = values.z; }}
  if (row + 3u < n.x) {{ c[(row + 3u) * n.x + column] = values.w; }}
}}

@compute @workgroup_size(16, 16)
fn main(@builtin(workgroup_id) g: vec3<u32>, @builtin(local_invocation_id) l: vec3<u32>) {{
  let me = l.y * 16u + l.x;
{sums}
  for (var begin = 0u; begin < n.x; begin += {DEEP}u) {{
    let r = g.y * {TILE}u + 4u * (me / {DEEP}u);
    let d = begin + me % {DEEP}u;
    left[(me % {DEEP}u) * {TILE // 4}u + me / {DEEP}u] =
      vec4<f32>(of_a(r, d), of_a(r + 1u, d), of_a(r + 2u, d), of_a(r + 3u, d));
    for (var i = me; i < {DEEP * TILE}u; i += {GROUP}u) {{
      right[i] = of_b(begin + i / {TILE}u, g.x * {TILE}u + i % {TILE}u);
    }}
    workgroupBarrier();
    for (var k = 0u; k < {DEEP}u; k++) {{
      let up = left[k * {TILE // 4}u + 2u * l.y];
      let down = left[k * {TILE // 4}u + 2u * l.y + 1u];
{steps}
    }}
    workgroupBarrier();
  }}
  let row = g.y * {TILE}u + 8u * l.y;
  let column = g.x * {TILE}u + l.x;
{store}
}}
"""


PRODUCT = _product()
COPY = f"""
@group(0) @binding(0) var<storage, read> source: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> target_: array<vec4<f32>>;

@compute @workgroup_size({GROUP})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {{
  if (id.x < arrayLength(&source)) {{ target_[id.x] = source[id.x]; }}
}}
"""
COPY_BYTES = 128 * 2**20
"""What is copied: with its copy, larger than the caches of every GPU, and what every driver lets a shader hold."""


def adapters() -> list[tuple[DriverAdapter, wgpu.GPUAdapter]]:
    """Every GPU that a driver offers, each once, with what `Shaders` takes. May raise whatever a broken driver does."""
    set_instance_extras(backends=["Vulkan", "Metal", "DX12"])
    offered = [a for a in wgpu.gpu.enumerate_adapters_sync() if a.info["backend_type"] in BACKENDS]
    offered.sort(key=lambda a: BACKENDS.index(a.info["backend_type"]))
    found: dict[tuple[str, int, int], list[tuple[DriverAdapter, wgpu.GPUAdapter]]] = {}
    for one in offered:
        info = one.info
        alike = found.setdefault((info["device"], info["vendor_id"], info["device_id"]), [])
        # Two cards of one kind are two; one card that a second interface lists again is one.
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


class Shaders:
    """One GPU, opened. `kernel` makes something that it can run; `run` does so, and returns when it is done."""

    def __init__(self, adapter: wgpu.GPUAdapter) -> None:
        names = ("max-storage-buffer-binding-size", "max-buffer-size")
        limits = {name: adapter.limits[name] for name in names}
        self.largest = int(min(limits.values()))
        """Bytes that one buffer of a shader may have."""
        self._device = adapter.request_device_sync(required_limits=limits)

    def buffer(self, content: Matrix | None = None, size: int = 0) -> wgpu.GPUBuffer:
        """Memory of the GPU with `content`, or with `size` bytes of nothing."""
        usage = wgpu.BufferUsage.STORAGE | wgpu.BufferUsage.COPY_SRC | wgpu.BufferUsage.COPY_DST
        if content is None:
            return self._device.create_buffer(size=size, usage=usage)
        return self._device.create_buffer_with_data(data=content, usage=usage)

    def read(self, buffer: wgpu.GPUBuffer, offset: int, size: int) -> Matrix:
        """So many bytes of a buffer."""
        return np.frombuffer(self._device.queue.read_buffer(buffer, offset, size), dtype=np.float32)

    def product(self, a: wgpu.GPUBuffer, b: wgpu.GPUBuffer, c: wgpu.GPUBuffer, n: int) -> Kernel:
        """C = A B, each n x n in rows."""
        shape = self._device.create_buffer_with_data(
            data=np.array([n, 0, 0, 0], dtype=np.uint32), usage=wgpu.BufferUsage.UNIFORM
        )
        tiles = -(-n // TILE)
        return self._kernel(PRODUCT, (a, b, c, shape), (tiles, tiles), c)

    def copy(self, source: wgpu.GPUBuffer, target: wgpu.GPUBuffer, size: int) -> Kernel:
        """`size` bytes from one buffer to the other."""
        return self._kernel(COPY, (source, target), (-(-size // (16 * GROUP)), 1), target)

    def run(self, kernel: Kernel, times: int = 1, together: int = 1) -> None:
        """Run it `times` times, `together` in one submission, and wait for the last."""
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
        # Its own on_submitted_work_done raises a TypeError in wgpu 0.32; what is read comes after what was submitted.
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
    """A shader with its buffers, the number of its workgroups, and the buffer that it writes."""

    pipeline: wgpu.GPUComputePipeline
    group: wgpu.GPUBindGroup
    groups: tuple[int, int]
    output: wgpu.GPUBuffer
