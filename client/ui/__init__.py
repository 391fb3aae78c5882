"""The screens: Flet components over a `Replica`.

`hooks` is the only bridge from the store to the screen. Components take plain values and callbacks;
views ask hooks. Rules are never here; wording, order and widgets live nowhere else.
"""
