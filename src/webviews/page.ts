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
  /** Style sheet media/NAME.css, beside the media/page.css of all pages, and program dist/webviews/NAME.js. */
  readonly name: string;
  readonly title: string;
  /** Language of the texts. */
  readonly language: string;
  /** Made by us with every text escaped. */
  readonly body: string;
  /** Has controls of the kit, which looks with a style element of its own what the browser can do. */
  readonly kit?: boolean;
}

/** The page of a webview: style sheets and one program of ours, and nothing from anywhere else. */
export function pageHtml(
  webview: Webview,
  extension: Uri,
  { name, title, language, body, kit }: Page,
): string {
  const { media, programs } = roots(extension);
  const styles = ['page.css', `${name}.css`].map((file) => {
    const uri = webview.asWebviewUri(Uri.joinPath(media, file)).toString();
    return `<link rel="stylesheet" href="${escaped(uri)}">`;
  });
  const program = webview.asWebviewUri(Uri.joinPath(programs, `${name}.js`)).toString();
  const nonce = newNonce();
  const styleNonce = kit ? newNonce() : undefined;
  const styleSource =
    styleNonce === undefined ? webview.cspSource : `${webview.cspSource} 'nonce-${styleNonce}'`;
  const policy = `default-src 'none'; style-src ${styleSource}; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="${escaped(language)}">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
${styleNonce === undefined ? '' : `<meta property="csp-nonce" content="${styleNonce}">`}
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
${styles.join('\n')}
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

function newNonce(): string {
  return randomBytes(24).toString('base64url');
}
