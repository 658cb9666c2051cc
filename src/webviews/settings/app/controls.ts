import type { Checkbox, Dropdown, TextArea, TextField } from '@vscode/webview-ui-toolkit';
import type { FieldValue } from '../contract.js';

/** A form control of the editor's kit. */
export type Control = Checkbox | Dropdown | TextArea | TextField;

export function isCheckbox(control: Control): control is Checkbox {
  return control.localName === 'vscode-checkbox';
}

export function valueOf(control: Control): FieldValue {
  return isCheckbox(control) ? control.checked : control.value;
}

export function setValue(control: Control, value: FieldValue): void {
  if (isCheckbox(control)) control.checked = value === true;
  else if (control.value !== value) control.value = String(value);
}

/**
 * Says to a screen reader what stands around a control. Text fields of the kit keep their input in a shadow tree, from where no
 * id of the page can be named: there the words themselves are given.
 */
export function describe(control: Control, words: string, problem: string): void {
  const inner = 'control' in control ? control.control : control;
  if (!(inner instanceof HTMLElement)) return;
  inner.setAttribute('aria-description', problem === '' ? words : `${problem} ${words}`);
  inner.setAttribute('aria-invalid', String(problem !== ''));
  control.classList.toggle('invalid', problem !== '');
}
