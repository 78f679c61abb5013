// The types that the modules share. For editors and `tsc --checkJs`; no browser loads it.

export type Source = { id: string; title: string };
export type Choice = { title: string; payload: string };
/** One answer of the server, every field of it checked. */
export type Reply = { text: string; kind: string; topics: string[]; sources: Source[]; reviewed: string; buttons: Choice[] };
/** One message and its replies. */
export type Turn = { id: string; time: string; message: string; replies: Reply[] };
export type Span = { text: string; href?: string };
export type Line = { item: boolean; spans: Span[] };

/** A message that is to be sent. */
export type Waiting = { id: string; text: string; time: string };
/** What `chat_...` in clinic.yml sets, and an attribute of the element in its place. */
export type Look = { title: string; greeting: string; position: string; colour: string; background: string; avatar: string };
export type Clinic = { name: string; phone: string; emergency_number: string } & Partial<Look>;
export type Status = { state: "" | "offline" | "unreachable" | "busy"; seconds: number };

/** What the transport tells. */
export interface Listener {
  /** A message has its replies. */
  answered(turn: Turn): void;
  /** What was said in this chat so far. */
  history(turns: Turn[]): void;
  status(): void;
  /** Name, phone, limits or look are known. */
  settings(): void;
  /** The session was over, and a new one has begun; something waits to be sent in it, or nothing does. */
  expired(sending: boolean): void;
  /** A message will never be taken. */
  refused(id: string, detail: string): void;
  /** Another chat has begun. */
  cleared(): void;
  /** Another tab has stored something under this name. */
  stored(name: string): void;
}

export type Say = (key: string, values?: Record<string, string | number>) => string;

/** What the patient can do. */
export interface Acts {
  toggle(open: boolean): void;
  send(text: string): void;
  /** Keeps a value across pages and tabs; null forgets it. */
  keep(name: string, value: unknown): void;
  rate(topics: string[], helpful: boolean, words: string): Promise<void>;
  /** The chat as plain text. */
  text(): string;
  forget(): Promise<void>;
  startOver(): Promise<void>;
  retry(): void;
  /** Numbers that are links wherever they stand. */
  phones(): string[];
}

/** Of an element; a function listens to the event of that name. */
export type Attributes = Record<string, string | boolean | ((event: any) => void)>;

/** Makes an element with attributes, listeners and children. */
export type Make = <K extends keyof HTMLElementTagNameMap>(tag: K, attributes?: Attributes, ...children: (Node | string)[]) => HTMLElementTagNameMap[K];

/** Red, green and blue, each 0 to 1. */
export type Rgb = [number, number, number];
