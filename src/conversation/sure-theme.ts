/** From this score a question goes straight to its theme. */
export const sureTheme = 0.7;
