export function checkOutbound(payload: unknown): string[];
export function checkWebhook(body: unknown): string[];
