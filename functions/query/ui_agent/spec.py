"""The Vega-Lite specification of a chart: data inside, no address in it, no expression made from data.

Fields have names of ours (`x`, `y`, `time`, `label`, `series`, `text`), because in a column's own name
a dot or a bracket would be read as a path.
"""

from __future__ import annotations

from typing import Any

from .chart import Chart, Mark

Spec = dict[str, Any]

VEGA_LITE = "5.21"
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
"""Names the language of the specification; nothing fetches it."""

PALETTE = ["#3b6fb6", "#d9822b", "#3f9a62", "#b4508f", "#8a6d3b", "#5b9fc9", "#c2504b", "#7a7f87"]
_CONFIG: Spec = {
    "background": None,
    "font": "system-ui, sans-serif",
    "view": {"stroke": None},
    "range": {"category": PALETTE},
    "axis": {"labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "labelLimit": 0, "titleLimit": 0},
    "legend": {"labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "labelLimit": 0, "titleLimit": 0},
    "header": {"labelFontSize": 12, "labelLimit": 0, "titleLimit": 0},
    "text": {"fontSize": 12},
}
_WIDTH = 460
_TITLE_ON_TOP: Spec = {"titleAngle": 0, "titleAlign": "left", "titleAnchor": "end", "titleX": -36, "titleY": -12}
"""An upright title for a vertical axis, which nobody has to turn their head for."""
_LABELLED_POINTS = 15
_DOTTED_POINTS = 60
_DATED_TICKS = 8
_AXIS_DATES = {"year": "%Y", "quarter": "Q%q %Y", "month": "%b %Y"}


def spec_of(chart: Chart) -> Spec:
    """The specification; the same for the same chart."""
    body = {"bar": _bar, "line": _line, "scatter": _scatter}[chart.kind](chart)
    values = [_values(mark) for mark in chart.marks]
    return {"$schema": SCHEMA, "config": _CONFIG, "data": {"values": values}, **body}


def _values(mark: Mark) -> Spec:
    values: Spec = {"y": mark.y, "text": mark.y_text}
    if mark.x is not None:
        values["x"] = mark.x
    if mark.time is not None:
        values["time"] = f"{mark.time:%Y-%m-%dT%H:%M:%S}Z"
    if mark.label:
        values["label"] = mark.label
    if mark.series:
        values["series"] = mark.series
    return values


def _bar(chart: Chart) -> Spec:
    value = {"field": "y", "type": "quantitative", "title": chart.y_title, "axis": _amounts([m.y for m in chart.marks])}
    name = {"field": "label", "type": "nominal", "sort": None, "title": None, "axis": {"ticks": False, "domain": False}}
    if chart.series_title:
        encoding = {"x": value, "y": name, "yOffset": {"field": "series", "sort": None}, "color": _colour(chart)}
        return {"width": _WIDTH, "height": {"step": 16}, "mark": "bar", "encoding": encoding}
    text = {"field": "text", "type": "nominal"}
    return {
        "width": _WIDTH,
        "height": {"step": 28},
        "encoding": {"x": value, "y": name},
        "layer": [
            {"mark": {"type": "bar", "color": PALETTE[0]}},
            {
                "transform": [{"filter": "datum.y >= 0"}],
                "mark": {"type": "text", "align": "left", "dx": 4},
                "encoding": {"text": text},
            },
            {
                "transform": [{"filter": "datum.y < 0"}],  # written right of zero, where it cannot meet the bar's name
                "mark": {"type": "text", "align": "left", "dx": 4},
                "encoding": {"text": text, "x": {"datum": 0}},
            },
        ],
    }


def _line(chart: Chart) -> Spec:
    sizes = [mark.y for mark in chart.marks]
    encoding: Spec = {
        "x": {"field": "time", "type": "temporal", "scale": {"type": "utc"}, "title": None, "axis": _dates(chart)},
        "y": {
            "field": "y",
            "type": "quantitative",
            "title": chart.y_title or None,
            "scale": {"zero": chart.panels or _near_zero(sizes)},
            "axis": {"tickCount": 4} if chart.panels else _amounts(sizes) | _TITLE_ON_TOP,
        },
    }
    mark = {"type": "line", "color": PALETTE[0], "point": len(chart.marks) <= _DOTTED_POINTS}
    if chart.panels:
        encoding["row"] = {"field": "series", "sort": None, "title": None, "header": _PANEL_HEADER}
        resolve = {"scale": {"y": "independent"}}
        return {"width": _WIDTH, "height": 120, "mark": mark, "encoding": encoding, "resolve": resolve}
    if any(mark.series for mark in chart.marks):
        encoding["color"] = _colour(chart)
    return {"width": _WIDTH, "height": 260, "mark": mark, "encoding": encoding}


_PANEL_HEADER: Spec = {"labelAngle": 0, "labelOrient": "top", "labelAnchor": "start"}


def _scatter(chart: Chart) -> Spec:
    across, up = [mark.x or 0.0 for mark in chart.marks], [mark.y for mark in chart.marks]
    encoding = {
        axis: {
            "field": axis,
            "type": "quantitative",
            "title": title,
            "scale": {"zero": _near_zero(sizes)},
            "axis": _amounts(sizes) | place,
        }
        for axis, title, sizes, place in (("x", chart.x_title, across, {}), ("y", chart.y_title, up, _TITLE_ON_TOP))
    }
    layer: list[Spec] = [{"mark": {"type": "point", "filled": True, "size": 70, "color": PALETTE[0]}}]
    if len(chart.marks) <= _LABELLED_POINTS and any(mark.label for mark in chart.marks):
        text = {"text": {"field": "label", "type": "nominal"}}
        layer.append({"mark": {"type": "text", "align": "left", "dx": 8}, "encoding": text})
    return {"width": _WIDTH, "height": 320, "encoding": encoding, "layer": layer}


def _colour(chart: Chart) -> Spec:
    legend = {"orient": "top", "columns": 4}
    return {"field": "series", "type": "nominal", "sort": None, "title": chart.series_title or None, "legend": legend}


def _near_zero(sizes: list[float]) -> bool:
    """Whether an axis should start at zero: not for values that differ little from each other far away from it."""
    return min(sizes) <= 0 <= max(sizes) or min(map(abs, sizes)) < max(map(abs, sizes)) / 2


def _amounts(sizes: list[float]) -> Spec:
    largest = max(map(abs, sizes))
    if largest >= 10_000:
        return {"format": "~s", "labelExpr": "datum.value ? replace(datum.label, 'G', 'B') : '0'", "tickCount": 6}
    return {"format": ",~f" if largest >= 0.1 or not largest else "~g", "tickCount": 6}


def _dates(chart: Chart) -> Spec:
    """Ticks on the periods themselves while they fit; else on round dates of Vega's choice."""
    moments = sorted({mark.time for mark in chart.marks if mark.time})
    days = (moments[-1] - moments[0]).days
    axis: Spec = {"labelOverlap": True, "grid": False, "tickCount": 6}
    if chart.grain in _AXIS_DATES:
        axis["format"] = _AXIS_DATES[chart.grain]
    elif days >= 8:
        axis["format"] = "%-d %b" if moments[0].year == moments[-1].year else "%b %Y" if days > 700 else "%-d %b %Y"
    if len(moments) <= _DATED_TICKS and not any(when.hour or when.minute or when.second for when in moments):
        axis["values"] = [{"year": when.year, "month": when.month, "date": when.day, "utc": True} for when in moments]
        axis.setdefault("format", "%-d %b")
    return axis
