/** A document of Azure Migrate with the name it is told by. */
export interface MigrateDocument {
  readonly name: string;
  /** JSON. */
  readonly text: string;
}

/** Reads what Azure Migrate has planned. */
export interface MigrateProjects {
  /**
   * A wave with the runbooks made for it and what they consist of, each as the document a person could have downloaded. Throws
   * `not-found` where there is no such project or wave.
   */
  documents(migrateProjectId: string, wave: string): Promise<readonly MigrateDocument[]>;
}
