import pytest


@pytest.fixture(autouse=True)
def figures_without_a_screen():
    import matplotlib.pyplot as plt

    plt.switch_backend("Agg")
    yield
    plt.close("all")
