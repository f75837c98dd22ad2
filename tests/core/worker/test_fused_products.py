"""Products with weights of few bits by torch's own kernels."""

from __future__ import annotations

import pytest
import torch
from rigdyno.core.worker.memory_savers import few_bit_weights
from rigdyno.core.worker.memory_savers.few_bit_weights import FewBitLinear
from rigdyno.core.worker.memory_savers.fused_products import (
    ANY,
    GROUP,
    MOST_ROWS,
    EightBitProduct,
    FourBitProduct,
    fused_pays,
)
from torch import nn

CPU = torch.device("cpu")


def layer(bits: int, inputs: int = 512, outputs: int = 256, dtype: torch.dtype = torch.bfloat16) -> FewBitLinear:
    made = FewBitLinear.of(nn.Linear(inputs, outputs, dtype=dtype), bits)
    made.use_fused_products()
    return made


def test_eight_bits_give_the_product_that_unpacked_weights_give():
    plain = FewBitLinear.of(nn.Linear(512, 256, bias=False, dtype=torch.bfloat16), 8)
    product = EightBitProduct(plain.packed, plain.scales)
    rows = torch.randn(3, 512, dtype=torch.bfloat16)
    torch.testing.assert_close(product(rows), plain(rows), rtol=0.05, atol=0.05)


def test_four_bits_are_whole_numbers_around_eight_times_their_scale():
    """In torch's layout a number of 4 bits means (number - 8) * scale + zero."""
    product = FourBitProduct(256, 512, CPU)
    product.scales[..., 0], product.scales[..., 1] = 1.0, 0.0
    rows = torch.eye(512, dtype=torch.bfloat16)[:MOST_ROWS]
    values = product(rows)
    assert values.shape == (MOST_ROWS, 256)
    assert set(values.flatten().tolist()) == {ANY - 8.0}
    assert product.scales.shape == (512 // GROUP, 256, 2)


@pytest.mark.parametrize("bits", [4, 8])
def test_few_rows_are_multiplied_by_the_kernel_and_many_by_unpacked_weights(bits: int):
    made = layer(bits)
    if not fused_pays(bits, CPU):
        assert made.fused is None
        pytest.skip("this processor's kernel does not pay")
    seen: list[int] = []
    kernel = made.fused
    made.fused = lambda rows: (seen.append(len(rows)), kernel(rows))[1]
    for shape in ((1, 1), (2, MOST_ROWS // 2), (1, MOST_ROWS + 1)):
        assert made(torch.randn(*shape, 512, dtype=torch.bfloat16)).shape == (*shape, 256)
    assert seen == [1, MOST_ROWS]
    assert torch.isfinite(made(torch.randn(1, 512, dtype=torch.bfloat16))).all()


def test_other_number_formats_and_sizes_are_unpacked_as_before(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(few_bit_weights, "fused_pays", lambda bits, device: True)
    assert layer(4).fused is not None
    assert layer(4, dtype=torch.float32).fused is None
    assert layer(4, inputs=300).fused is None
    assert layer(4, outputs=100).fused is None


def test_a_device_without_the_kernel_has_none():
    assert not fused_pays(4, torch.device("meta"))
    with pytest.raises(RuntimeError):
        FourBitProduct(256, 256, torch.device("meta"))
