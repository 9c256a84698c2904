"""Cells in words."""

import pytest

from skxrd._cell_text import cell_text


@pytest.mark.parametrize(
    ("cell", "cell_su", "said"),
    [
        ([3.2469, 3.2469 + 1e-9, 5.203, 90, 90, 120], [1e-3, 1e-3, 2e-3, 0, 0, 0],
         "a 3.2469(10), c 5.203(2)"),
        ([4.0, 4.0 - 1e-9, 4.0 + 1e-9, 90, 90, 90], [2e-3] * 3 + [0] * 3, "a 4.000(2)"),
        ([4.0, 4.1, 4.2, 90, 90, 90], [2e-3] * 3 + [0] * 3, "a 4.000(2), b 4.100(2), c 4.200(2)"),
        ([4.0, 4.1, 4.2, 90, 90, 90], [0.5, 2e-3, 2e-3, 0, 0, 0], "cell not determined"),
    ],
)  # fmt: skip
def test_what_is_free_is_printed(cell, cell_su, said):
    assert cell_text(cell, cell_su) == said
