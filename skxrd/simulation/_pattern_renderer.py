"""Single patterns of a simulator, one draw of its conditions each."""

from dataclasses import replace

import numpy as np

from skxrd._grid import check_angles, check_wavelength, doublet_lines
from skxrd.simulation._background import (
    count_photons,
    glass_hump,
    low_angle_rise,
    polynomial_background,
)
from skxrd.simulation._conditions import draw_conditions
from skxrd.simulation._lines import pattern_lines
from skxrd.simulation._listing import list_once
from skxrd.simulation._rendering import has_equal_steps

_ROOM = 0.05  # reflections are listed to spacings this much shorter, for strain and shifts
_ORDER = 6  # of the polynomial background


class PatternRenderer:
    """Renders patterns of a simulator, whose grid and wavelength are checked once, here."""

    def __init__(self, simulator):
        if simulator.two_theta is None:
            raise ValueError(
                "two_theta is None; give the grid to simulate on, e.g. np.arange(10, 60, 0.04)."
            )
        wavelength = simulator.wavelength
        if simulator.doublet:
            self.lines = doublet_lines(wavelength)
        else:
            self.lines = ((check_wavelength(wavelength), 1.0),)
        self.two_theta = check_angles(simulator.two_theta)
        self.equal_steps = self.two_theta.size > 1 and has_equal_steps(self.two_theta)
        self.parameters = simulator.get_params(deep=False)
        del self.parameters["two_theta"]
        mean = sum(length * share for length, share in self.lines)
        last = min(self.two_theta[-1], 179.0)
        d_min = mean / (2 * np.sin(np.radians(last / 2))) * (1 - _ROOM)
        self.shortest = d_min, mean if simulator.dispersion else None

    def render_variants(self, crystal, seed):
        """Patterns of one crystal, ``n_variants`` rows."""
        rng, listed = np.random.default_rng(seed), {}
        rows = np.empty((self.parameters["n_variants"], self.two_theta.size))
        for row in rows:
            row[:] = self.render(crystal, rng, listed)[0]
        return rows

    def render(self, crystal, rng, listed=None):
        """One pattern and its :class:`PatternLines`; ``listed`` keeps reflections for the next."""
        conditions = draw_conditions(self.parameters, rng)
        impurities = self.parameters["impurities"]
        listed = {} if listed is None else listed
        pattern, lines = self._peaks(crystal, conditions, rng, listed)
        if impurities and conditions.impurity_fraction > 0:
            impurity = impurities[rng.integers(len(impurities))]
            extra, _ = self._peaks(impurity, conditions, rng, listed)
            pattern += conditions.impurity_fraction * extra
        background = self._background(conditions, rng)
        for part in background:
            pattern += part
        if np.isfinite(conditions.max_counts):
            pattern = count_photons(pattern * conditions.max_counts, rng) / conditions.max_counts
        if self.parameters["subtract_background"]:
            pattern = np.maximum(pattern - sum(background), 0.0)
        return pattern, lines

    def _background(self, conditions, rng):
        """Expected backgrounds of polynomials, glass and air, relative to the highest peak."""
        grid, parts = self.two_theta, []
        if conditions.polynomial:
            coefficients = rng.normal(size=_ORDER)
            parts.append(conditions.polynomial * polynomial_background(grid, coefficients))
        if conditions.hump:
            parts.append(conditions.hump * glass_hump(grid, centre=conditions.hump_angle))
        if conditions.rise:
            parts.append(conditions.rise * low_angle_rise(grid))
        return parts

    def _peaks(self, crystal, conditions, rng, listed):
        """Bragg peaks of a crystal with the highest point at 1, and its lines."""
        reflections, u_iso = list_once(crystal, conditions.u_iso, self.shortest, listed)
        conditions = replace(conditions, u_iso=u_iso)
        span = self.two_theta[[0, -1]]
        lines = pattern_lines(reflections, self.lines, conditions, span, rng)
        pattern = lines.draw(
            self.two_theta, asymmetry=conditions.asymmetry, equal_steps=self.equal_steps
        )
        highest = pattern.max()
        if not highest > 0:
            raise ValueError(
                f"crystal {crystal.name!r} has no reflection from {span[0]:g} to {span[1]:g} "
                "degrees; widen two_theta."
            )
        pattern /= highest
        return pattern, lines
