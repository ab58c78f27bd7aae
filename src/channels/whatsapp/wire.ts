/**
 * What Meta sends, as far as we look at it.
 *
 * Loose on purpose: fields and types that are not named here are Meta's to add. Anything not named is dropped
 * by reading, which is how profile names, adverts, places, media ids and other people's contact cards never
 * come further than this file.
 *
 * @module
 */
import { z } from "zod";

/** Meta leaves identity out or sends it empty; both mean "not told". */
const told = z
  .string()
  .max(512)
  .optional()
  .catch(undefined)
  .transform((value) => value?.trim() || undefined);

const text = z.string().optional().catch(undefined);
const seconds = z.union([z.string(), z.number()]).optional().catch(undefined);
const tap = z.object({ id: text, title: text, description: text }).optional().catch(undefined);
const caption = z.object({ caption: text }).optional().catch(undefined);

const messageSchema = z.object({
  id: z.string().min(1).max(512),
  type: z.string().optional().catch(undefined),
  timestamp: seconds,
  from: told,
  from_user_id: told,
  from_parent_user_id: told,
  group_id: told,
  text: z.object({ body: text }).optional().catch(undefined),
  interactive: z.object({ button_reply: tap, list_reply: tap }).optional().catch(undefined),
  button: z.object({ payload: text, text }).optional().catch(undefined),
  audio: z
    .object({ voice: z.boolean().optional().catch(undefined) })
    .optional()
    .catch(undefined),
  image: caption,
  video: caption,
  document: caption,
  reaction: z.object({ emoji: text }).optional().catch(undefined),
  system: z
    .object({ type: text, wa_id: told, user_id: told, previous_user_id: told })
    .optional()
    .catch(undefined),
  edit: z
    .object({
      message: z
        .object({
          text: z.object({ body: text }).optional().catch(undefined),
          image: caption,
          video: caption,
        })
        .optional()
        .catch(undefined),
    })
    .optional()
    .catch(undefined),
});
export type WireMessage = z.infer<typeof messageSchema>;

const statusSchema = z.object({
  id: z.string().min(1).max(512),
  status: z.string(),
  recipient_id: told,
  recipient_user_id: told,
  biz_opaque_callback_data: z.string().max(512).optional().catch(undefined),
  errors: z
    .array(z.object({ code: z.number().optional().catch(undefined) }))
    .optional()
    .catch(undefined),
  pricing: z
    .object({ category: text, billable: z.boolean().optional().catch(undefined) })
    .optional()
    .catch(undefined),
});
export type WireStatus = z.infer<typeof statusSchema>;

const contactSchema = z.object({ wa_id: told, user_id: told });
export type WireContact = z.infer<typeof contactSchema>;

const items = z.array(z.unknown()).optional().catch(undefined);

/** The outermost layer. A body that does not fit this is none of Meta's. */
export const envelopeSchema = z.object({
  object: z.literal("whatsapp_business_account"),
  entry: z.array(z.unknown()),
});

export const entrySchema = z.object({ changes: z.array(z.unknown()) });

export const changeSchema = z.object({ field: z.string(), value: z.unknown() });

export const valueSchema = z.object({
  metadata: z.object({ phone_number_id: z.string() }),
  contacts: items,
  messages: items,
  statuses: items,
  errors: items,
});

/** Reads one message; undefined when it has no id, the one thing we cannot do without. */
export function readWireMessage(item: unknown): WireMessage | undefined {
  return messageSchema.safeParse(item).data;
}

export function readWireStatus(item: unknown): WireStatus | undefined {
  return statusSchema.safeParse(item).data;
}

export function readWireContact(item: unknown): WireContact | undefined {
  return contactSchema.safeParse(item).data;
}
