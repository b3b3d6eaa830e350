import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Names } from '../names';
import type { Report } from '../report';
import { databases } from './databases';
import { executions } from './executions';
import { graph } from './graph';
import { Html, html, type Value } from './html';
import { logs } from './logs';
import { network } from './network';
import { permissions } from './permissions';
import { timeline } from './timeline';
import { verdict } from './verdict';

const read = (name: string) => readFileSync(join(__dirname, name), 'utf8');
// The last one is for narrow screens and for paper, and outranks the others.
const styles = ['base', 'timeline', 'graph', 'tables', 'places'];

const chapters: readonly (readonly [string, string, (report: Report, names: Names) => Value])[] = [
  ['timeline', 'Timeline', timeline],
  ['graph', 'Resources', graph],
  ['permissions', 'Permissions', permissions],
  ['network', 'Network', network],
  ['databases', 'Databases', databases],
  ['executions', 'State machines', executions],
  ['logs', 'Logs', logs],
];

/** The whole report as one page that needs nothing else: no network, no other file, no script but its own. */
export function reportPage(report: Report): string {
  const names = new Names(report);
  const style = styles.map((name) => read(join('style', `${name}.css`))).join('\n');
  const script = read('browser.js');
  // What a log line might smuggle in could neither run nor reach anything, even if it got past the escaping.
  const hash = createHash('sha256').update(script).digest('base64');
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${report.passed ? 'Passed' : 'Failed'}: ${report.name}</title>
<style>${new Html(style)}</style>
</head>
<body>
<a class="skip" href="#main">To the report</a>
<nav aria-label="Contents"><a href="#verdict" class="brand">${report.name}</a>${chapters.map(
    ([id, title]) => html`<a href="#${id}">${title}</a>`,
  )}</nav>
<main id="main">
${verdict(report, names)}
${chapters.map(([, , chapter]) => chapter(report, names))}
</main>
<footer>A rehearsal on ${report.place}. The account ${report.account} in ${report.region} is a stand-in on this machine.</footer>
<script>${new Html(script)}</script>
</body>
</html>
`.toString();
}
