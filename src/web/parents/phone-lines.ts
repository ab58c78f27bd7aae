/**
 * The national numbers, in one place and never inside a translated text.
 *
 * In this order: life in danger (112), thoughts of suicide (113), violence at home (Veilig Thuis, 0800-2000).
 */
export const nationalLines = ["112", "113", "0800-2000"] as const;
