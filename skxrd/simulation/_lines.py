"""The lines of one pattern: angles, intensities and widths of the reflections of a crystal."""

from dataclasses import dataclass

import numpy as np

from skxrd.crystal._metric import spacings
from skxrd.crystal._reflections import lorentz_polarization
from skxrd.simulation._corrections import (
    axial_divergence,
    displacement_shift,
    march_dollase,
    strained_metric,
)
from skxrd.simulation._profiles import (
    caglioti_width,
    microstrain_width,
    scherrer_width,
    thompson_cox_hastings,
)
from skxrd.simulation._rendering import render_peaks

_MARGIN = 2.0  # degrees beyond the grid from which peaks still reach into it
_N_AXES = 4  # a random texture axis is one of this many visible reflections of longest spacing


@dataclass(frozen=True, eq=False)
class PatternLines:
    """Lines of a simulated pattern, by falling spacing; every array has one entry for each line.

    Lengths are in angstrom, angles and full widths at half maximum in degrees. Spacings include
    strain, angles the shifts, intensities the texture; ``eta`` is the Lorentzian share.
    """

    hkl: np.ndarray
    multiplicity: np.ndarray
    d_spacing: np.ndarray
    two_theta: np.ndarray
    intensity: np.ndarray
    fwhm: np.ndarray
    eta: np.ndarray
    wavelength: np.ndarray

    def __len__(self):
        return len(self.hkl)

    def draw(self, two_theta, *, asymmetry=0.0, equal_steps=None):
        """Sum of the lines as peaks on a grid in degrees, with tails of axial divergence."""
        peaks = (self.two_theta, self.intensity, self.fwhm, self.eta)
        if asymmetry:
            positions, weights = axial_divergence(self.two_theta, asymmetry)
            peaks = (
                positions.ravel(),
                np.outer(self.intensity, weights).ravel(),
                np.repeat(self.fwhm, weights.size),
                np.repeat(self.eta, weights.size),
            )
        return render_peaks(two_theta, *peaks, equal_steps=equal_steps)


def pattern_lines(listed, lines, conditions, span, rng):
    """Lines of a reflection list under drawn conditions.

    ``lines`` are wavelengths in angstrom and their shares, ``span`` the first and last angle of the
    grid in degrees; ``rng`` draws texture axis, directions of strain and particle statistics.
    """
    metric = listed.reciprocal_metric
    if conditions.anisotropic_strain:
        strain = rng.normal(0, conditions.anisotropic_strain, (3, 3))
        metric = strained_metric(metric, listed.rotations, (strain + strain.T) / 2)
    d_spacing = spacings(listed.hkl, metric) * (1 + conditions.lattice_strain)
    strength = listed.strength.astype(np.float64)
    if conditions.u_iso:
        strength = strength * np.exp(-4 * np.pi**2 * conditions.u_iso / d_spacing**2)
    if conditions.particle_statistics:
        crystallites = listed.multiplicity / conditions.particle_statistics**2
        strength = strength * rng.gamma(crystallites) / crystallites
    parts = [
        _one_wavelength(d_spacing, share * strength, length, conditions, span)
        for length, share in lines
    ]
    row, two_theta, intensity, *shape = (np.concatenate(c) for c in zip(*parts, strict=True))
    axis = conditions.preferred_orientation
    if isinstance(axis, str):
        first = len(parts[0][0])
        visible = _longest_visible(row[:first], intensity[:first])
        axis = listed.hkl[rng.choice(visible)] if visible.size else None
    if axis is not None and conditions.march_r != 1:
        weight = march_dollase(
            listed,
            listed.hkl,
            axis,
            conditions.march_r,
            random_fraction=conditions.random_fraction,
        )
        intensity *= weight[row]
    return PatternLines(
        listed.hkl[row], listed.multiplicity[row], d_spacing[row], two_theta, intensity, *shape
    )


def _one_wavelength(d_spacing, strength, wavelength, conditions, span):
    """Rows of the lines near the grid; angles, intensities, widths, shares and wavelengths."""
    sine = wavelength / (2 * d_spacing)
    row = np.flatnonzero(sine < 1)
    bragg = 2 * np.degrees(np.arcsin(sine[row]))
    shift = conditions.zero_shift + displacement_shift(
        bragg, conditions.sample_displacement, conditions.goniometer_radius
    )
    near = (bragg + shift >= span[0] - _MARGIN) & (bragg + shift <= span[1] + _MARGIN)
    row, bragg, shift = row[near], bragg[near], shift[near]
    factor = lorentz_polarization(bragg, monochromator_two_theta=conditions.monochromator_two_theta)
    fwhm, eta = _profile(bragg, wavelength, conditions)
    length = np.full(row.size, wavelength)
    return row, bragg + shift, strength[row] * factor, fwhm, eta, length


def _profile(two_theta, wavelength, conditions):
    """Full widths in degrees and Lorentzian shares of lines."""
    if conditions.caglioti_uvw is None:
        instrument = np.full(two_theta.size, conditions.fwhm)
    else:
        instrument = caglioti_width(two_theta, conditions.caglioti_uvw)
    specimen = np.zeros(two_theta.size)
    if np.isfinite(conditions.crystallite_size):
        specimen += scherrer_width(two_theta, conditions.crystallite_size, wavelength)
    if conditions.microstrain:
        specimen += microstrain_width(two_theta, conditions.microstrain)
    if conditions.profile == "thompson_cox_hastings":
        return thompson_cox_hastings(instrument, specimen)
    return instrument + specimen, np.full(two_theta.size, conditions.eta)


def _longest_visible(row, intensity):
    """Rows of the planes on which films grow: of long spacing and visible intensity."""
    return row[intensity > 1e-3 * intensity.max(initial=0.0)][:_N_AXES]
