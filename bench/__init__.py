"""Repeatable measurements: this system, its peer and a floor in one run."""
