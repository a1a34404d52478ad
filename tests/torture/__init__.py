"""Torture: kills, rot, full disks, mutated workbooks, broken sources, random clicks. Short here, long by build_scripts/torture.py."""
