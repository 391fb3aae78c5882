"""Distances on the earth, as surveyors measure them: Karney's geodesics on the WGS 84 ellipsoid."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sync_protocol.records.parts import Position


def metres(start: Position, end: Position) -> float:
    """The shortest way between two positions along the ground."""
    from geographiclib.geodesic import Geodesic  # noqa: PLC0415 - only whoever measures needs it

    line = Geodesic.WGS84.Inverse(start.lat, start.lon, end.lat, end.lon, Geodesic.DISTANCE)
    return float(line["s12"])
