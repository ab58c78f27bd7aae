/** Counts what happens at a channel's door and on its way out. Both names come from short fixed lists, never from outside. */
export interface ChannelCount {
  count(event: string, by: string): void;
}
