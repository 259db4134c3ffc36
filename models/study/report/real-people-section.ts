/** The protocol that counts: what the methods do for people they have never met, on songs they have never heard. */
import { REAL_PEOPLE, REAL_PEOPLE_TRANSFER } from '../protocols/real-people.ts';
import { peopleWords } from './figure-series.ts';
import type { Findings, Section } from './findings.ts';
import { accuracyBars, calibration, confusions, partsFigure } from './method-figures.ts';
import { variantOf } from './method-words.ts';
import { gainCurves, gainHeat, learningCurves, slopes } from './people-figures.ts';
import { comparisonTable, methodTable } from './tables.ts';

/** Said wherever a number is quoted. */
export const WHOSE_NUMBERS =
  'The raters are adults judging strangers’ music: nothing here is evidence about autistic children.';

const LEARNT_FROM =
  'Population model and prior learn only from songs with listeners’ own ratings, where there are any: songs known by averages ' +
  'alone are left out.';

function originWords(protocol: string): string {
  return protocol === REAL_PEOPLE_TRANSFER
    ? 'population model and prior come from another set of people and songs'
    : 'population model and prior are trained on the others';
}

export function realPeopleSection(findings: Findings, protocol: string): Section {
  const isReal = protocol === REAL_PEOPLE;
  return {
    id: protocol,
    title: isReal ? 'Real people' : `Real people: ${variantOf(protocol)}`,
    lead:
      `Each of ${peopleWords(findings, protocol)} in turn is the newcomer: ${originWords(protocol)}, the person’s own ` +
      'presses come one by one in random orders, and all is tried on songs that neither the population model nor the ' +
      `person’s own model has met. ${LEARNT_FROM} ${WHOSE_NUMBERS}`,
    figures: [
      ...learningCurves(findings, protocol),
      ...gainCurves(findings, protocol),
      ...slopes(findings, protocol),
      ...gainHeat(findings, protocol),
      ...partsFigure(findings, protocol),
      ...accuracyBars(findings, protocol),
      ...calibration(findings, protocol),
      ...confusions(findings, protocol),
    ],
    tables: [comparisonTable(findings, protocol), methodTable(findings, protocol)],
  };
}
