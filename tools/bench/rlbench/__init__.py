# SPDX-License-Identifier: GPL-2.0-only
"""The parts of tools/bench/run: each measures, and answers with a list of figures."""
