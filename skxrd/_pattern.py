"""One measured or simulated powder pattern."""

from dataclasses import dataclass, field

import numpy as np

from skxrd._grid import check_angles, check_wavelength, two_theta_to_d


@dataclass(frozen=True, eq=False)
class PowderPattern:
    """A powder diffraction pattern on its own grid.

    Parameters
    ----------
    two_theta : array-like of shape (n_angles,)
        Strictly increasing angles in degrees.
    intensity : array-like of shape (n_angles,)
        Finite intensities, in the unit of the source.
    wavelength : float or str, default=None
        Angstrom, or a name such as ``"CuKa"``; ``None`` means unknown, and it stays unknown.
    name : str, default=""
        Name for messages and plots, usually the file's.
    metadata : dict, default={}
        Anything else that the source states.

    Raises
    ------
    ValueError
        If the arrays do not fit each other, or hold missing or unordered values.

    Examples
    --------
    >>> from skxrd import PowderPattern
    >>> PowderPattern([10.0, 10.1], [5, 7], wavelength="CuKa1", name="film")
    PowderPattern('film', 2 angles, 10 to 10.1 deg, 1.54059 angstrom)
    """

    two_theta: np.ndarray
    intensity: np.ndarray
    wavelength: float | None = None
    name: str = ""
    metadata: dict = field(default_factory=dict)

    def __post_init__(self):
        label = f"pattern {self.name!r}: " if self.name else ""
        two_theta = check_angles(self.two_theta, name=f"{label}two_theta").copy()
        intensity = np.array(self.intensity, dtype=np.float64)
        if intensity.shape != two_theta.shape:
            raise ValueError(
                f"{label}intensity has shape {intensity.shape} but two_theta has "
                f"{two_theta.shape}; pass one intensity for each angle."
            )
        if not np.isfinite(intensity).all():
            row = int(np.flatnonzero(~np.isfinite(intensity))[0])
            raise ValueError(
                f"{label}intensity is {intensity[row]} at {two_theta[row]:g} deg; remove the "
                "angle or replace the value."
            )
        wavelength = None if self.wavelength is None else check_wavelength(self.wavelength)
        for array in (two_theta, intensity):
            array.flags.writeable = False
        object.__setattr__(self, "two_theta", two_theta)
        object.__setattr__(self, "intensity", intensity)
        object.__setattr__(self, "wavelength", wavelength)

    def __repr__(self):
        light = "wavelength unknown"
        if self.wavelength is not None:
            light = f"{self.wavelength:.6g} angstrom"
        first, last = self.two_theta[0], self.two_theta[-1]
        return (
            f"PowderPattern({self.name!r}, {self.two_theta.size} angles, "
            f"{first:g} to {last:g} deg, {light})"
        )

    def _repr_html_(self):
        from skxrd._repr_html import as_html, curves

        first, last = self.two_theta[[0, -1]]
        known = self.metadata.get
        facts = {
            "angles": f"{self.two_theta.size}, {first:g} to {last:g} degrees",
            "wavelength": "unknown" if self.wavelength is None else f"{self.wavelength:.6g} Å",
            "intensity": f"up to {self.intensity.max():.6g} {known('intensity_unit', '')}",
            "counting time": f"{known('counting_time'):g} s" if known("counting_time") else "",
            "file": known("path", ""),
        }
        picture = curves(self.two_theta, [self.intensity])
        return as_html(self.name or "PowderPattern", facts, picture)

    def to_frame(self):
        """The pattern as a table.

        Returns
        -------
        pandas.DataFrame
            One row an angle: ``two_theta`` in degrees, ``d`` in angstrom (NaN if the wavelength is
            unknown), ``intensity``.
        """
        import pandas as pd

        d = np.full(self.two_theta.size, np.nan)
        if self.wavelength is not None:
            above = self.two_theta > 0
            d[above] = two_theta_to_d(self.two_theta[above], self.wavelength)
        return pd.DataFrame({"two_theta": self.two_theta, "d": d, "intensity": self.intensity})
