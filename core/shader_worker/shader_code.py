"""The compute shaders, in WebGPU's shading language (WGSL): a matrix product and a copy."""

from __future__ import annotations

TILE, DEPTH, GROUP = 128, 8, 256
"""A workgroup of 256 threads computes 128 x 128 values, from 8 columns and 8 rows at a time: 8 x 8 values a thread."""

_ACCESS = f"""
@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read_write> c: array<f32>;
@group(0) @binding(3) var<uniform> n: vec4<u32>;
var<workgroup> left: array<vec4<f32>, {DEPTH * TILE // 4}>;
var<workgroup> right: array<f32, {DEPTH * TILE}>;

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

"""
"""Buffers of the product, and access to matrices whose size is not a multiple of a tile."""


def _product() -> str:
    """C = A B for square matrices of any size n, stored row by row.

    Each thread computes 8 columns of 8 rows, held in two vectors of 4.
    """
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
    return f"""{_ACCESS}@compute @workgroup_size(16, 16)
fn main(@builtin(workgroup_id) g: vec3<u32>, @builtin(local_invocation_id) l: vec3<u32>) {{
  let me = l.y * 16u + l.x;
{sums}
  for (var begin = 0u; begin < n.x; begin += {DEPTH}u) {{
    let r = g.y * {TILE}u + 4u * (me / {DEPTH}u);
    let d = begin + me % {DEPTH}u;
    left[(me % {DEPTH}u) * {TILE // 4}u + me / {DEPTH}u] =
      vec4<f32>(of_a(r, d), of_a(r + 1u, d), of_a(r + 2u, d), of_a(r + 3u, d));
    for (var i = me; i < {DEPTH * TILE}u; i += {GROUP}u) {{
      right[i] = of_b(begin + i / {TILE}u, g.x * {TILE}u + i % {TILE}u);
    }}
    workgroupBarrier();
    for (var k = 0u; k < {DEPTH}u; k++) {{
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
"""Bytes that are copied: with their copy more than the caches of any GPU, and a size that every driver allows."""
