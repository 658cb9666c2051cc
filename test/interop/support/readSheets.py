"""Opens workbooks with LibreOffice, as a person does, and tells what it shows.

Standard input: JSON list of {file, password?}; arguments: a folder for LibreOffice's profile
Standard output: JSON list in the same order, null for a file that did not open, else by the name of the sheet
  rows: texts of all cells
  others: how many cells hold a formula, a number or a date
  asText: whether all cells have the number format of texts
  frozen: how many rows stay when the sheet is scrolled
  filters: whether the header filters all rows
"""
import json
import subprocess
import sys
import time

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

NUMBERS_DATES_FORMULAS = 1 | 2 | 16
TEXT_FORMAT = 256


def connect(program, profile):
    """The desktop of a LibreOffice of our own, and its process."""
    pipe = f"pipe,name=giftcloud{time.time_ns()}"
    url = f"file://{profile}"
    office = subprocess.Popen(
        [program, "--headless", "--norestore", f"--accept={pipe};urp;", f"-env:UserInstallation={url}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(600):
        if office.poll() is not None:
            raise SystemExit("LibreOffice ended")
        try:
            context = resolver.resolve(f"uno:{pipe};urp;StarOffice.ComponentContext")
            desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
            return desktop, office
        except NoConnectException:
            time.sleep(0.1)
    raise SystemExit("LibreOffice did not answer")


def sheets_of(document):
    ranges = document.getPropertyValue("UnnamedDatabaseRanges")
    formats = document.NumberFormats
    view = document.CurrentController
    result = {}
    for index, sheet in enumerate(document.Sheets):
        cursor = sheet.createCursor()
        cursor.gotoEndOfUsedArea(True)
        view.ActiveSheet = sheet
        has_range = ranges.hasByTable(index)
        filtered = ranges.getByTable(index) if has_range else None
        result[sheet.Name] = {
            "rows": cursor.DataArray,
            "others": cursor.queryContentCells(NUMBERS_DATES_FORMULAS).Count,
            "asText": bool(cursor.NumberFormat) and formats.getByKey(cursor.NumberFormat).Type == TEXT_FORMAT,
            "frozen": view.SplitRow if view.hasFrozenPanes() else 0,
            "filters": bool(filtered)
            and filtered.AutoFilter
            and filtered.DataArea.StartRow == 0
            and filtered.DataArea.EndRow == cursor.RangeAddress.EndRow
            and filtered.DataArea.EndColumn == cursor.RangeAddress.EndColumn,
        }
    return result


def main():
    desktop, office = connect("soffice", sys.argv[1])
    answers = []
    try:
        for asked in json.load(sys.stdin):
            options = [PropertyValue(Name="Hidden", Value=True)]
            if "password" in asked:
                options.append(PropertyValue(Name="Password", Value=asked["password"]))
            try:
                document = desktop.loadComponentFromURL(f"file://{asked['file']}", "_blank", 0, tuple(options))
            except Exception:
                document = None
            answers.append(document and sheets_of(document))
            if document:
                document.close(True)
    finally:
        desktop.terminate()
        # Until then it writes into its profile.
        office.wait()
    json.dump(answers, sys.stdout)


main()
