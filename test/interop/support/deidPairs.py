"""Reads originals and what was made of them with pydicom, an implementation of its own, and prints what differs.

Standard input: JSON object
  pairs: list of [original, result]
  codes: codes of the method that each result must have
  dates: what the mark on dates must say
Standard output: JSON object
  findings: sentences about single pairs; empty when all is well
  uids: for every UID of the originals that changed, the UIDs it became, over all pairs
  references, resolved: references to objects of the set in the originals, and those that lead to the same object after
  frames: frames in all results
"""
import json
import sys
import warnings

import pydicom
from pydicom.dataset import Dataset

PIXELS = ['PixelData', 'FloatPixelData', 'DoubleFloatPixelData', 'WaveformData']


def read(path):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter('always')
        dataset = pydicom.dcmread(path)
        for _ in elements(dataset):
            pass
    return dataset, [str(entry.message) for entry in caught]


def elements(dataset, path=()):
    for element in dataset:
        here = path + (element.tag,)
        yield here, element
        if element.VR == 'SQ':
            for number, item in enumerate(element.value):
                yield from elements(item, here + (number,))


def uids_by_path(dataset):
    found = {}
    for path, element in elements(dataset):
        if element.VR == 'UI' and element.value:
            values = element.value if isinstance(element.value, (list, pydicom.multival.MultiValue)) else [element.value]
            found[path] = [str(value) for value in values]
    return found


def pixels(dataset: Dataset):
    """Pixel and waveform bytes as they are stored, nested ones of waveforms too."""
    return [(path, bytes(element.value)) for path, element in elements(dataset) if element.keyword in PIXELS]


def check(original_path, result_path, wanted, report):
    original, known = read(original_path)
    result, complaints = read(result_path)
    say = lambda text: report['findings'].append('%s: %s' % (result_path, text))
    for complaint in set(complaints) - set(known):
        say('pydicom warns: ' + complaint)
    top = [(path, value) for path, value in pixels(original) if path[0] != 0x00880200]
    if top != pixels(result):
        say('pixel or waveform bytes differ')
    for keyword in ['Rows', 'Columns', 'NumberOfFrames', 'BitsAllocated', 'PhotometricInterpretation']:
        if original.get(keyword) != result.get(keyword):
            say(keyword + ' differs')
    report['frames'] += int(result.get('NumberOfFrames') or 1) if top else 0
    if result.file_meta.MediaStorageSOPInstanceUID != result.SOPInstanceUID:
        say('(0002,0003) is not the SOP Instance UID')
    if result.file_meta.MediaStorageSOPClassUID != result.SOPClassUID:
        say('(0002,0002) is not the SOP Class UID')
    if any(result.preamble):
        say('the preamble is not empty')
    marks = {'PatientIdentityRemoved': 'YES', 'LongitudinalTemporalInformationModified': wanted['dates']}
    for keyword, value in marks.items():
        if result.get(keyword) != value:
            say(keyword + ' is not ' + value)
    if not result.get('DeidentificationMethod'):
        say('there is no method text')
    codes = [item.CodeValue for item in result.get('DeidentificationMethodCodeSequence', [])]
    if codes != wanted['codes']:
        say('the method codes are ' + ', '.join(codes))
    after = uids_by_path(result)
    for path, values in uids_by_path(original).items():
        if path not in after:
            continue
        for before, now in zip(values, after[path]):
            if before != now:
                known = report['uids'].setdefault(before, [])
                if now not in known:
                    known.append(now)
    return original, result


def main():
    report = {'findings': [], 'uids': {}, 'references': 0, 'resolved': 0, 'frames': 0}
    request = json.load(sys.stdin)
    pairs = [check(*pair, request, report) for pair in request['pairs']]
    there = {str(original.SOPInstanceUID): str(result.SOPInstanceUID) for original, result in pairs}
    for original, result in pairs:
        after = uids_by_path(result)
        for path, values in uids_by_path(original).items():
            if path not in after or values[0] not in there or path[-1] == 0x00080018:
                continue
            report['references'] += 1
            report['resolved'] += after[path][0] == there[values[0]]
    json.dump(report, sys.stdout)


main()
