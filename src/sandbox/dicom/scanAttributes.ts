import type { ImportHeader } from './headers.js';

/** What the server takes from the header of a series when it builds a scan itself (GIFT-Cloud server, observed). */
export function scanAttributes(header: ImportHeader, frames: number): Record<string, string> {
  const magnetic = {
    'parameters/imageType': header.imageType.replaceAll('\\', '\\\\'),
    'parameters/fov/x': header.columns,
    'parameters/fov/y': header.rows,
  };
  return {
    type: header.seriesDescription,
    series_description: header.seriesDescription,
    frames: String(frames),
    'scanner/manufacturer': header.manufacturer,
    ...(header.modality === 'MR' ? magnetic : {}),
  };
}
