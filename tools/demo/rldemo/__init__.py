# SPDX-License-Identifier: GPL-2.0-only
"""Parts of the demo: load and crashes (guest), verdict and drawing (host)."""
