/** The report as one HTML page that needs nothing else: no network, no script; for screens light and dark, and paper. */

import { escapeXml } from '../../svg-text.ts';
import { FIGURE_STYLE, inlineSvg } from '../figures/figure.ts';
import type { ReportContent } from './content.ts';
import type { Section, Table } from './findings.ts';
import { targetTable } from './tables.ts';

const PAGE_STYLE = `
:root{color-scheme:light dark}
body{margin:0 auto;max-width:940px;padding:28px 24px 64px;background:#fff;color:#1d1d1f;font:16px/1.55 Georgia,"Times New Roman",serif}
h1{font-size:30px;line-height:1.2;margin:8px 0 4px}h2{font-size:22px;margin:52px 0 8px;border-top:1px solid #8885;padding-top:22px}
h1,h2,nav,table,summary,.by{font-family:"Helvetica Neue",Helvetica,Arial,"Liberation Sans",sans-serif}
.by{color:#5f5f66;font-size:14px;margin:0 0 18px}nav{font-size:14px;margin:18px 0}nav a{margin-right:16px}a{color:#00659e}
figure{margin:30px 0;break-inside:avoid}figure svg{display:block;width:100%;height:auto}
figcaption{font-size:14px;line-height:1.45;color:#3c3c40;margin-top:6px}figcaption b{color:#1d1d1f}
.scroll{overflow-x:auto;margin:22px 0}table{border-collapse:collapse;font-size:12px;font-variant-numeric:tabular-nums;width:100%}
caption{text-align:left;font-size:13.5px;line-height:1.4;color:#3c3c40;padding-bottom:6px}
th,td{padding:3px 6px;text-align:right;border-bottom:1px solid #8883;vertical-align:top}
th{font-weight:600;vertical-align:bottom;border-bottom:1px solid #888}th:first-child,td:first-child{text-align:left}
td{white-space:nowrap}td:first-child{white-space:normal;min-width:9em}small{font-size:11px;color:#5f5f66;font-weight:400}td.missed{font-weight:700;color:#b34f00}td.met{color:#007a59}
.overview{border-left:4px solid #0072b2;padding:2px 0 2px 16px;margin:22px 0}.overview p{margin:10px 0}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 18px;font-size:14px}dt{color:#5f5f66}dd{margin:0;overflow-wrap:anywhere}
summary{cursor:pointer;font-size:14px;color:#00659e}
@media screen and (prefers-color-scheme:dark){body{background:#16181c;color:#e8e8ea}.by,dt,small{font-size:11px;color:#a5a5ad}
figcaption,caption{color:#bcbcc2}figcaption b{color:#e8e8ea}a,summary{color:#62b5ee}td.missed{color:#ff9552}td.met{color:#37cfa4}
.overview{border-color:#3d9fe0}}
@media print{body{max-width:none;padding:0;font-size:10.5pt}nav{display:none}h2{break-after:avoid}table{font-size:8pt}.scroll{overflow:visible}tr{break-inside:avoid}}
`;

/** The whole page. */
export function reportPage(content: ReportContent): string {
  const { settings, overview, targets, sections } = content;
  const numbered = withFigureNumbers(sections);
  const links = [...sections, { id: 'settings', title: 'Settings' }].map(
    ({ id, title }) => `<a href="#${escapeXml(id)}">${escapeXml(title)}</a>`,
  );
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    `<title>${escapeXml(`How the box learns a listener: study on ${settings.dataName}`)}</title>`,
    `<style>${PAGE_STYLE}${FIGURE_STYLE}</style></head><body>`,
    '<h1>How the box learns a listener from few presses</h1>',
    `<p class="by">${escapeXml(`A study on ${settings.dataName} · AMECS ${settings.version} · seed ${settings.seed}${settings.quick ? ' · quick run' : ''}`)}</p>`,
    `<div class="overview">${overview.map((words) => `<p>${proseHtml(words)}</p>`).join('')}</div>`,
    `<nav>${links.join('')}</nav>`,
    targets.length === 0 ? '' : tableHtml(targetTable(targets)),
    ...numbered,
    settingsHtml(content),
    '</body></html>',
    '',
  ].join('\n');
}

/** Text whose numbers keep their unit on the same line. */
function proseHtml(text: string): string {
  return escapeXml(text).replace(/(?<=\d) %/g, '\u00a0%');
}

function withFigureNumbers(sections: readonly Section[]): string[] {
  let number = 0;
  return sections.map(({ id, title, lead, figures, tables }) => {
    const drawn = figures.map((figure) => {
      number++;
      return (
        `<figure id="${escapeXml(figure.name)}">${inlineSvg(figure)}` +
        `<figcaption><b>Figure ${number}. ${escapeXml(figure.title)}.</b> ${proseHtml(figure.caption)}</figcaption></figure>`
      );
    });
    return [
      `<h2 id="${escapeXml(id)}">${escapeXml(title)}</h2>`,
      `<p>${proseHtml(lead)}</p>`,
      ...drawn,
      ...tables.filter(({ rows }) => rows.length > 0).map(tableHtml),
    ].join('\n');
  });
}

function tableHtml({ caption, head, rows, isFolded = false }: Table): string {
  const headRow = head.map((name) => `<th scope="col">${linesHtml(name)}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map(cellHtml).join('')}</tr>`).join('');
  const table =
    `<div class="scroll"><table><caption>${escapeXml(caption)}</caption>` +
    `<thead><tr>${headRow}</tr></thead><tbody>${body}</tbody></table></div>`;
  if (!isFolded) return table;
  const opening = caption.slice(0, caption.indexOf('.'));
  return `<details><summary>${escapeXml(opening)}: ${rows.length} rows</summary>${table}</details>`;
}

function cellHtml(cell: string): string {
  const kind = cell.includes('✓') ? ' class="met"' : cell.includes('✗') ? ' class="missed"' : '';
  return `<td${kind}>${linesHtml(cell)}</td>`;
}

/** Lines after the first are small. */
function linesHtml(text: string): string {
  const [first, ...more] = text.split('\n').map(escapeXml);
  return `${first}${more.map((line) => `<br><small>${line}</small>`).join('')}`;
}

function settingsHtml({ settings }: ReportContent): string {
  const entries: readonly (readonly [string, string])[] = [
    ['Data', settings.dataName],
    ['SHA-256 of the data', settings.sha256],
    ['Seed', String(settings.seed)],
    ['Version', settings.version],
    ['Run', settings.quick ? 'quick' : 'full'],
    ...settings.details,
  ];
  const items = entries.map(([name, value]) => `<dt>${escapeXml(name)}</dt><dd>${escapeXml(value)}</dd>`);
  return (
    `<h2 id="settings">Settings</h2><dl>${items.join('')}</dl>` +
    '<p>Beside this page: summary.csv and comparisons.csv hold every number in full precision, targets.csv the targets, ' +
    'figures/ each figure as an SVG file of its own.</p>'
  );
}
