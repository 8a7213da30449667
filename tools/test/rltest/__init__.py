# SPDX-License-Identifier: GPL-2.0-only
"""The parts of tools/test/run: find tests, boot guests, count, report."""
