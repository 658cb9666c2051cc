import { isSection } from '../../webviews/settings/sections.js';
import type { SettingsPanel } from '../../webviews/settings/settingsPanel.js';
import type { CommandHandler } from '../commands.js';

/** "Open Settings"; links name a section. */
export function openSettingsCommand(panel: SettingsPanel): CommandHandler {
  return (section) => {
    panel.show(isSection(section) ? section : undefined);
  };
}

/** "Diagnose Connection": the steps appear in the settings page as they come. */
export function diagnoseCommand(panel: SettingsPanel): CommandHandler {
  return () => panel.show('diagnosis').diagnose();
}
