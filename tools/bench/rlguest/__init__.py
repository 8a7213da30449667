# SPDX-License-Identifier: GPL-2.0-only
"""The guest's side of the parts of `make bench-net`: each measures, and answers with raw values."""
