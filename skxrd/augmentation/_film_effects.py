"""What else the scans of real films differ in: widths, foreign lines, glass, counts, spikes."""

import numpy as np
from sklearn.utils import check_random_state

from skxrd._compiled import compiled
from skxrd._grid import d_to_two_theta
from skxrd.augmentation._regions import as_rows
from skxrd.preprocessing._missing_angles import fill_gaps
from skxrd.simulation._background import glass_hump

_FWHM_TO_SIGMA = 1 / (2 * np.sqrt(2 * np.log(2)))
_N_SIGMA = 4.0  # where the Gaussian is cut


@compiled
def _broaden(X, sigma, angle, out):
    n_angles = X.shape[1]
    for i in range(X.shape[0]):
        if sigma[i] <= 0:
            out[i] = X[i]
            continue
        reach = _N_SIGMA * sigma[i]
        first = 0
        for j in range(n_angles):
            while angle[j] - angle[first] > reach:
                first += 1
            total = weights = 0.0
            for k in range(first, n_angles):
                away = (angle[k] - angle[j]) / sigma[i]
                if away > _N_SIGMA:
                    break
                weight = np.exp(-0.5 * away * away)
                total += weight * X[i, k]
                weights += weight
            out[i, j] = total / weights


def add_film_effects(
    rows,
    angles,
    rng,
    *,
    broadening_range,
    n_impurity_lines,
    impurity_range,
    impurity_fwhm,
    impurity_d_spacings,
    wavelength,
    hump_range,
    counts_range,
    n_spikes,
    spike_range,
):
    """Alter rows in place by those effects that are not off, one after another."""
    if np.any(broadening_range):
        fwhm = rng.uniform(*broadening_range, len(rows))
        rows[:] = broaden_patterns(rows, fwhm, angles)
    if n_impurity_lines:
        rows[:] = add_impurity_lines(
            rows,
            angles,
            n_lines=n_impurity_lines,
            height_range=impurity_range,
            fwhm=impurity_fwhm,
            d_spacings=impurity_d_spacings,
            wavelength=wavelength,
            random_state=rng,
        )
    if np.any(hump_range):
        rows[:] = add_glass_hump(rows, angles, height_range=hump_range, random_state=rng)
    if counts_range is not None:
        rows[:] = add_counting_noise(rows, counts_range=counts_range, random_state=rng)
    if n_spikes:
        rows[:] = add_spikes(rows, n_spikes=n_spikes, height_range=spike_range, random_state=rng)


def broaden_patterns(X, fwhm, two_theta):
    """Convolve every pattern with a Gaussian, as smaller crystallites and coarser optics do.

    Near the ends the Gaussian is what lies inside the measurement, made to sum to one again.

    Parameters
    ----------
    X : array-like of shape (n_patterns, n_angles)
        Patterns; NaN stays NaN.
    fwhm : array-like of shape (n_patterns,)
        Full width at half maximum of the Gaussian in degrees; 0 changes nothing.
    two_theta : ndarray of shape (n_angles,)
        Strictly increasing angles in degrees.

    Returns
    -------
    ndarray of shape (n_patterns, n_angles)

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd.augmentation import broaden_patterns
    >>> broaden_patterns([[0.0, 0.0, 1.0, 0.0, 0.0]], [1.0], np.arange(5.0)).round(2)
    array([[0.  , 0.06, 0.89, 0.06, 0.  ]])
    """
    X = as_rows(X)
    sigma = np.broadcast_to(np.asarray(fwhm, dtype=np.float64) * _FWHM_TO_SIGMA, len(X))
    out = np.empty_like(X)
    _broaden(fill_gaps(X), np.ascontiguousarray(sigma), np.asarray(two_theta, np.float64), out)
    out[np.isnan(X)] = np.nan
    return out


def add_impurity_lines(
    X, two_theta, *, n_lines, height_range, fwhm=0.2, d_spacings=None, wavelength=None,
    random_state=None,
):  # fmt: skip
    """Add lines of a foreign phase.

    Parameters
    ----------
    X : ndarray of shape (n_patterns, n_angles)
        Patterns; NaN stays NaN.
    two_theta : ndarray of shape (n_angles,)
        Angles in degrees.
    n_lines : int
        Largest number of lines; each pattern gets from none to that many.
    height_range : tuple of two floats
        Height of a line as a share of the pattern's maximum.
    fwhm : float, default=0.2
        Full width at half maximum in degrees, Gaussian.
    d_spacings : array-like, default=None
        Spacings in angstrom that lines are drawn from; ``None`` puts them anywhere.
    wavelength : float or str, default=None
        Wavelength in angstrom or its name; needed with ``d_spacings``.
    random_state : int, RandomState or Generator instance or None, default=None
        Source of randomness.

    Returns
    -------
    ndarray of shape (n_patterns, n_angles)

    Raises
    ------
    ValueError
        If none of ``d_spacings`` reflects within the angles, or the wavelength is unknown.

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd.augmentation import add_impurity_lines
    >>> two_theta, X = np.arange(10, 60, 0.04), np.zeros((1, 1250))
    >>> X[0, 300] = 1
    >>> X = add_impurity_lines(
    ...     X, two_theta, n_lines=1, height_range=(0.1, 0.1), d_spacings=[6.986],
    ...     wavelength="CuKa", random_state=0,
    ... )
    >>> float(two_theta[X[0, :200].argmax()].round(2))  # lead iodide
    12.68
    """
    X, random_state = as_rows(X), _generator(random_state)
    shape = (len(X), n_lines)
    if d_spacings is None:
        at = random_state.uniform(two_theta[0], two_theta[-1], shape)
    else:
        lines = d_to_two_theta(d_spacings, wavelength)
        lines = lines[(lines >= two_theta[0]) & (lines <= two_theta[-1])]
        if not lines.size:
            raise ValueError(
                f"impurity_d_spacings: none of {np.size(d_spacings)} spacings reflects between "
                f"{two_theta[0]:g} and {two_theta[-1]:g} degrees; give others."
            )
        at = random_state.choice(lines, shape)
    height = random_state.uniform(*height_range, shape)
    n_drawn = random_state.integers(0, n_lines + 1, (len(X), 1))
    height[np.arange(n_lines) >= n_drawn] = 0
    height *= _top(X)
    lines = np.zeros(X.shape)
    for line in range(n_lines):
        away = (two_theta - at[:, line, None]) / fwhm
        lines += height[:, line, None] * np.exp(-4 * np.log(2) * away**2)
    return X + lines.astype(X.dtype, copy=False)


def add_glass_hump(X, two_theta, *, height_range, random_state=None):
    """Add the halo of a glass substrate, its top between 22 and 26 degrees.

    Parameters
    ----------
    X : ndarray of shape (n_patterns, n_angles)
        Patterns; NaN stays NaN.
    two_theta : ndarray of shape (n_angles,)
        Angles in degrees.
    height_range : tuple of two floats
        Height as a share of the pattern's maximum.
    random_state : int, RandomState or Generator instance or None, default=None
        Source of randomness.

    Returns
    -------
    ndarray of shape (n_patterns, n_angles)

    Examples
    --------
    >>> import numpy as np
    >>> from skxrd.augmentation import add_glass_hump
    >>> two_theta, X = np.arange(10, 60, 0.04), np.zeros((1, 1250))
    >>> X[0, 0] = 1
    >>> X = add_glass_hump(X, two_theta, height_range=(0.2, 0.2), random_state=0)
    >>> float(X[0, 1:].max().round(3))
    0.2
    """
    X, random_state = as_rows(X), _generator(random_state)
    centre = random_state.uniform(22.0, 26.0, (len(X), 1))
    height = random_state.uniform(*height_range, (len(X), 1)) * _top(X)
    return X + (height * glass_hump(two_theta, centre=centre)).astype(X.dtype, copy=False)


def add_counting_noise(X, *, counts_range, random_state=None):
    """Replace intensities by counts, Poisson draws: up where luck has it, down where not.

    What is negative, left over from a background, has no counts and stays as it is.

    Parameters
    ----------
    X : ndarray of shape (n_patterns, n_angles)
        Patterns; NaN stays NaN.
    counts_range : tuple of two floats
        Counts at the maximum of a pattern; their logarithm is uniform.
    random_state : int, RandomState or Generator instance or None, default=None
        Source of randomness.

    Returns
    -------
    ndarray of shape (n_patterns, n_angles)

    Examples
    --------
    >>> from skxrd.augmentation import add_counting_noise
    >>> add_counting_noise([[0.0, 0.5, 1.0]], counts_range=(10, 10), random_state=0)
    array([[0. , 0.7, 1.2]])
    """
    X, random_state = as_rows(X), _generator(random_state)
    low, high = np.log(counts_range)
    counts = np.exp(random_state.uniform(low, high, (len(X), 1)))
    top = _top(X)
    a_count = np.where(top > 0, top / counts, 1.0)
    expected = np.where(X > 0, X / a_count, 0.0)
    drawn = random_state.poisson(expected) * a_count
    return np.where(X > 0, drawn, X).astype(X.dtype, copy=False)


def add_gaussian_noise(X, *, level_range, random_state=None):
    """Add normal deviates of one size at all angles.

    Parameters
    ----------
    X : ndarray of shape (n_patterns, n_angles)
        Patterns; NaN stays NaN.
    level_range : tuple of two floats
        Standard deviation as a share of the pattern's maximum.
    random_state : int, RandomState or Generator instance or None, default=None
        Source of randomness.

    Returns
    -------
    ndarray of shape (n_patterns, n_angles)

    Examples
    --------
    >>> from skxrd.augmentation import add_gaussian_noise
    >>> add_gaussian_noise([[0.0, 0.5, 1.0]], level_range=(0.0, 0.0), random_state=0)
    array([[0. , 0.5, 1. ]])
    """
    X, random_state = as_rows(X), _generator(random_state)
    level = random_state.uniform(*level_range, (len(X), 1)) * _top(X)
    return X + (level * random_state.standard_normal(X.shape)).astype(X.dtype, copy=False)


def add_spikes(X, *, n_spikes, height_range, random_state=None):
    """Add single bright points, as cosmic rays and detectors make them.

    Parameters
    ----------
    X : ndarray of shape (n_patterns, n_angles)
        Patterns; NaN stays NaN.
    n_spikes : int
        Largest number of spikes; each pattern gets from none to that many.
    height_range : tuple of two floats
        Height as a share of the pattern's maximum.
    random_state : int, RandomState or Generator instance or None, default=None
        Source of randomness.

    Returns
    -------
    ndarray of shape (n_patterns, n_angles)

    Examples
    --------
    >>> from skxrd.augmentation import add_spikes
    >>> add_spikes([[0.0, 0.5, 1.0]], n_spikes=1, height_range=(0.5, 0.5), random_state=1)
    array([[0., 1., 1.]])
    """
    random_state = _generator(random_state)
    X = as_rows(X).copy()
    height = random_state.uniform(*height_range, (len(X), n_spikes))
    column = random_state.integers(0, X.shape[1], height.shape)
    n_drawn = random_state.integers(0, n_spikes + 1, (len(X), 1))
    height[np.arange(n_spikes) >= n_drawn] = 0
    height *= _top(X)
    for spike in range(n_spikes):
        X[np.arange(len(X)), column[:, spike]] += height[:, spike]
    return X


def _generator(random_state):
    if isinstance(random_state, np.random.Generator):
        return random_state
    return np.random.default_rng(check_random_state(random_state).randint(2**31 - 1, size=4))


def _top(X):
    """Maximum of every row over its measured angles, 0 where there is none, as a column."""
    return np.maximum(X.max(axis=1, keepdims=True, where=~np.isnan(X), initial=0), 0)
