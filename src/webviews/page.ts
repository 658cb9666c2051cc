import { randomBytes } from 'node:crypto';
import { Uri, type Webview, type WebviewOptions } from 'vscode';

/** Where the files of all pages lie, below the folder of the extension; nothing else may be loaded. */
function roots(extension: Uri): { readonly media: Uri; readonly programs: Uri } {
  return { media: Uri.joinPath(extension, 'media'), programs: Uri.joinPath(extension, 'dist', 'webviews') };
}

export function pageOptions(extension: Uri): WebviewOptions {
  const { media, programs } = roots(extension);
  return { enableScripts: true, localResourceRoots: [media, programs] };
}

export interface Page {
  /** Style sheet media/NAME.css and program dist/webviews/NAME.js. */
  readonly name: string;
  readonly title: string;
  /** Language of the texts. */
  readonly language: string;
  /** Made by us with every text escaped. */
  readonly body: string;
}

/** The page of a webview: one style sheet and one program of ours, and nothing from anywhere else. */
export function pageHtml(webview: Webview, extension: Uri, { name, title, language, body }: Page): string {
  const { media, programs } = roots(extension);
  const style = webview.asWebviewUri(Uri.joinPath(media, `${name}.css`)).toString();
  const program = webview.asWebviewUri(Uri.joinPath(programs, `${name}.js`)).toString();
  const nonce = randomBytes(24).toString('base64url');
  const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="${escaped(language)}">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<link rel="stylesheet" href="${escaped(style)}">
</head>
<body>
${body}
<script nonce="${nonce}" src="${escaped(program)}"></script>
</body>
</html>`;
}

/** Text for HTML, also inside an attribute. */
export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
