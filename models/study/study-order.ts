/** A study as it is handed to threads: the data and the settings of each protocol, and nothing that runs. */
import type { Protocol, StudyMaterial } from './protocols/protocol.ts';
import { createRealPeople, type RealPeopleSettings } from './protocols/real-people.ts';
import { createRepeatedLibrary, type RepeatedLibrarySettings } from './protocols/repeated-library.ts';
import { createSimulatedChildren, type SimulatedChildrenSettings } from './protocols/simulated-children.ts';
import { createSeedProtocol, type SeedProtocolSettings } from './seed-protocol.ts';

export interface StudyOrder {
  readonly material: StudyMaterial;
  /** Only those to be run. */
  readonly realPeople?: RealPeopleSettings;
  readonly repeatedLibrary?: RepeatedLibrarySettings;
  readonly seedProtocol?: SeedProtocolSettings;
  readonly simulatedChildren?: SimulatedChildrenSettings;
}

/** The protocols of an order, in the same order in every thread. Cheap: what is costly waits for the first task. */
export function createProtocols({
  material,
  realPeople,
  repeatedLibrary,
  seedProtocol,
  simulatedChildren,
}: StudyOrder): Protocol[] {
  return [
    ...(realPeople === undefined ? [] : [createRealPeople(material, realPeople)]),
    ...(repeatedLibrary === undefined ? [] : [createRepeatedLibrary(material, repeatedLibrary)]),
    ...(seedProtocol === undefined || material.seedProtocol === undefined
      ? []
      : [createSeedProtocol(material.seedProtocol, seedProtocol)]),
    ...(simulatedChildren === undefined ? [] : [createSimulatedChildren(material, simulatedChildren)]),
  ];
}
