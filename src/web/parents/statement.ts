/** The sentences of the accessibility statement, in order. */
export const statement = ["aim", "can", "tested", "limits", "tell"] as const;
