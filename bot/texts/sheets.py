"""`/sweep`, `/compare`, and the sheets they bring."""

EN = {
    "sheet_size": ("{count} picture of {size}", "{count} pictures of {size}"),
    "sheet_of": "sheet of {count}",
    "sheet_pick": "Paint one of these",
    "sheet_cell": "from a sheet: {label}",
    "sheet_without": "Without a style",
    "sheet_not_one": "This is a sheet of several pictures. Choose one of them in its list first.",
    "sheet_info": "How this sheet was painted",
    "sheet_cells": "Its pictures",
    "cells_above": "This server has at most {most} pictures painted at once, so a sheet can have {most} at most, and this one has {count}.",
    "sweep_narrow": "From {low:g} to {high:g} there are no {count} different weights. Choose ends that are farther apart, or fewer weights.",
    "compare_nothing": "There is no style here to compare.",
}
