"""Benchmarks: `truyvet bench NAME` runs `measure` of the module of that name.

A module's docstring says what it measures; its `measure(options)` returns a `Measured`. Each
warms up, checks answers against brute force, and times nothing that it has not checked.
"""
