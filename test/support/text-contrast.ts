/** Contrast of every visible text of a page against what lies under it (WCAG 2.2, 1.4.3), computed in the browser. */
import type { Page } from 'playwright-core';

export interface TextContrast {
  readonly text: string;
  /** 1 to 21. */
  readonly ratio: number;
}

/** Backgrounds must be plain colours; a see-through text or ancestor counts with its opacity. */
export function textContrasts(page: Page): Promise<readonly TextContrast[]> {
  // A string, because this project's tests are compiled without the DOM's types.
  return page.evaluate(MEASURE) as Promise<readonly TextContrast[]>;
}

const MEASURE = `(() => {
  const parse = (css) => {
    const [r, g, b, a = 1] = css.match(/[\\d.]+/g).map(Number);
    return { rgb: [r, g, b], a };
  };
  const over = (top, alpha, bottom) => top.map((c, i) => c * alpha + bottom[i] * (1 - alpha));
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ancestors = (element) => (element ? [element, ...ancestors(element.parentElement)] : []);
  const results = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode.textContent.trim();
    const element = texts.currentNode.parentElement;
    if (!text || !element.checkVisibility() || element.closest('noscript, .spoken')) continue;
    const line = ancestors(element);
    const opacity = line.reduce((product, e) => product * Number(getComputedStyle(e).opacity), 1);
    let ground = [255, 255, 255];
    for (const e of [...line].reverse()) {
      const { rgb, a } = parse(getComputedStyle(e).backgroundColor);
      ground = over(rgb, a, ground);
    }
    const ink = parse(getComputedStyle(element).color);
    const [light, dark] = [luminance(over(ink.rgb, ink.a * opacity, ground)), luminance(ground)].sort((a, b) => b - a);
    results.push({ text, ratio: (light + 0.05) / (dark + 0.05) });
  }
  return results;
})()`;
