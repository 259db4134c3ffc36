/** Names of the files in `dataDir/server`, the folder of a server. */
export const SERVER_FILES = {
  database: 'server.sqlite',
  address: 'address',
  researcherToken: 'researcher-token',
  log: 'server.log',
} as const;
