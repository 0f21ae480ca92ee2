"""Hybrid-meeting facilitation: from the first voice to the adopted text."""

__version__ = "0.1.0"
