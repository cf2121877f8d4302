"""Writes requests for erasure, and erases."""
