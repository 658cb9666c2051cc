"""Judges what became of every attribute, by Table E.1-1 as data and with pydicom, an implementation of its own.

Standard input: JSON object
  pairs: list of [original, result]
  table: path of the table
  options: columns of the table that are active
  offset: days by which dates have to move
Standard output: JSON object
  actions, wrongActions: attributes of the table, private and unknown ones; those that are not as the table allows
  kept, changed: attributes that the profile keeps; those with other bytes
  wrong: for each tag that is wrong in one of these ways, how often
"""
import collections
import datetime
import json
import sys
import warnings

import pydicom
from pydicom.datadict import dictionary_has_tag, dictionary_VR, keyword_for_tag
from pydicom.dataelem import RawDataElement

# Not kept although the table does not name them: they name people, times, places and addresses.
EMPTIED = {'PN', 'DA', 'DT', 'TM', 'AE', 'UR'}
BEYOND = {0x00100033, 0x00100034, 0x00140100, 0x00400400, 0x00401006, 0x00401007, 0x00401060, 0x00402006, 0x00402007,
          0x0040a160, 0x00420010, 0x00420015, 0x00700006, 0x0040e001, 0x0074100c, 0x00880130, 0x04000500, 0x4010101a,
          0x40101051}
# Written by the program, or they say how the object is written.
OURS = {0x00100010, 0x00100020, 0x00081030, 0x00120062, 0x00120063, 0x00120064, 0x00280303}
URN_CODE_VALUE = 0x00080120
CONTENT = {0x0040a730, 0x00400555, 0x00400610}


def raw(dataset, tag):
    item = dataset.get_item(tag)
    if item is None:
        return None
    if isinstance(item, RawDataElement):
        return item.value or b''
    return item.value if item.VR == 'SQ' else pydicom.filewriter and bytes_of(item)


def bytes_of(element):
    value = element.value
    return value if isinstance(value, bytes) else str(value).encode()


def is_sequence(dataset, tag):
    item = dataset.get_item(tag)
    return item is not None and item.VR == 'SQ' or (dictionary_has_tag(tag) and dictionary_VR(tag) == 'SQ')


class Judge:
    def __init__(self, rows, options, offset):
        self.rows, self.options, self.offset = rows, options, offset
        self.actions = self.wrong_actions = self.kept = self.changed = 0
        self.wrong = collections.Counter()

    def action(self, tag, right):
        self.actions += 1
        if not right:
            self.wrong_actions += 1
            self.wrong['action %08x' % tag] += 1

    def level(self, before, after, top, in_content=False):
        for tag in list(before.keys()):
            number = int(tag)
            if tag.element == 0 or (top and number in OURS) or number == 0x00080005:
                continue
            self.element(number, tag, before, after, in_content)

    def element(self, number, tag, before, after, in_content):
        there = tag in after
        row = self.row(number)
        if tag.is_private or number in (0xfffafffa, 0xfffcfffc):
            self.action(number, not there)
        elif row is not None:
            self.listed(number, tag, row, before, after, there, in_content)
        elif not dictionary_has_tag(tag):
            pass  # this pydicom may be older than the program
        elif is_sequence(before, tag):
            self.sequence(tag, before, after, in_content)
        elif dictionary_VR(tag) == 'UI' or number in BEYOND:
            pass
        elif dictionary_VR(tag) in EMPTIED and number != URN_CODE_VALUE:
            pass
        elif not in_content or there:
            self.same(number, tag, before, after)

    def row(self, number):
        group = number >> 24
        if group == 0x50:
            return ['X', {}]
        if group == 0x60:
            return ['X', {'cleanGraphOpt': 'C'}]
        return self.rows.get('%08x' % number)

    def listed(self, number, tag, row, before, after, there, in_content):
        letters = set(row[0].replace('U*', 'S').split('/'))
        active = [code for option, code in (row[1] if len(row) > 1 else {}).items() if option in self.options]
        if active:
            if is_sequence(before, tag):
                if there:
                    self.sequence(tag, before, after, in_content or number in CONTENT)
            elif 'K' in active and 'C' not in active:
                # Ages over 89 are told as 90.
                old = dictionary_has_tag(tag) and dictionary_VR(tag) == 'AS' and raw(before, tag)[:3] >= b'090'
                if dictionary_has_tag(tag) and dictionary_VR(tag) != 'UI' and not old:
                    self.same(number, tag, before, after)
            elif 'rtnLongModifDatesOpt' in self.options and dictionary_has_tag(tag) and dictionary_VR(tag) == 'DA':
                self.action(number, there and self.moved(raw(before, tag), raw(after, tag)))
            return
        if 'S' in letters:
            self.action(number, True)
            if there:
                self.sequence(tag, before, after, in_content)
            return
        if not there:
            # A content item holds what the standard puts there, and nothing else.
            self.action(number, 'X' in letters or in_content)
            return
        now = raw(after, tag)
        empty = len(now) == 0
        if is_sequence(before, tag):
            self.action(number, 'Z' in letters if empty else bool(letters & {'D', 'Z'}))
        elif empty:
            self.action(number, 'Z' in letters or len(raw(before, tag)) == 0)
        else:
            differs = now.strip(b' \0') != raw(before, tag).strip(b' \0')
            self.action(number, differs and bool(letters & {'D', 'Z', 'U'}))

    def moved(self, before, now):
        for old, new in zip(before.decode('latin1').split('\\'), now.decode('latin1').split('\\')):
            old, new = old.strip(' \0'), new.strip(' \0')
            try:
                day = datetime.datetime.strptime(old, '%Y%m%d') + datetime.timedelta(days=self.offset)
            except ValueError:
                continue
            if new != day.strftime('%Y%m%d'):
                return False
        return True

    def same(self, number, tag, before, after):
        self.kept += 1
        if tag not in after or raw(before, tag).rstrip(b' \0') != raw(after, tag).rstrip(b' \0'):
            self.changed += 1
            self.wrong['kept %08x' % number] += 1

    def sequence(self, tag, before, after, in_content):
        if tag not in after:
            self.kept += 1
            self.changed += 1
            self.wrong['kept %08x' % int(tag)] += 1
            return
        try:
            old, new = before[tag].value, after[tag].value
        except Exception:
            return
        if isinstance(old, bytes) or isinstance(new, bytes):
            return
        for left, right in zip(old, new):
            self.level(left, right, False, in_content)


def main():
    request = json.load(sys.stdin)
    with open(request['table']) as file:
        rows = json.load(file)['rows']
    judge = Judge(rows, set(request['options']), request['offset'])
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        for original, result in request['pairs']:
            judge.level(pydicom.dcmread(original, force=True), pydicom.dcmread(result), True)
    json.dump({'actions': judge.actions, 'wrongActions': judge.wrong_actions, 'kept': judge.kept,
               'changed': judge.changed, 'wrong': judge.wrong}, sys.stdout)


main()
