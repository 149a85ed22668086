import { z } from 'zod';
import { Sha256, Slug, StoredInstant, Text } from './primitives';

/** A template's parameters are named as in Resource Manager. */
export const ParameterName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,254}$/, 'use a parameter name');

/**
 * A value as a parameter file of Resource Manager writes it. Secrets are referred to where they are kept; Causeway never holds
 * one.
 */
export const ParameterValue = z.union([
  z.strictObject({ value: z.json() }),
  z.strictObject({
    reference: z.strictObject({
      keyVault: z.strictObject({ id: z.string().min(1).max(2_000) }),
      secretName: z.string().min(1).max(127),
    }),
  }),
]);
export type ParameterValue = z.infer<typeof ParameterValue>;

export const ParameterDefinition = z.looseObject({
  /** Its case varies: `securestring` and `secureString` are the same. */
  type: z.string().min(1).max(20),
  defaultValue: z.json().optional(),
  allowedValues: z.array(z.json()).optional(),
  minValue: z.number().optional(),
  maxValue: z.number().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  metadata: z.looseObject({ description: z.string().optional() }).optional(),
});
export type ParameterDefinition = z.infer<typeof ParameterDefinition>;

/** A compiled template (what `bicep build` writes), for the scope of a resource group. */
export const TemplateBody = z.looseObject({
  $schema: z
    .string()
    .regex(/\/deploymentTemplate\.json#?$/, 'use a template for the scope of a resource group'),
  contentVersion: z.string().min(1).max(50),
  parameters: z.record(ParameterName, ParameterDefinition).default({}),
  /** A list, or an object by symbolic names. */
  resources: z.union([z.array(z.json()), z.record(z.string(), z.json())]),
});
export type TemplateBody = z.infer<typeof TemplateBody>;

/**
 * A template people contribute (R69 R71). A version never changes once it is there. It declares an object parameter `tags` and gives it
 * to its resources: that is how Causeway knows later what is its own.
 */
export const TemplateInput = z.object({
  name: Slug,
  version: z.number().int().min(1).max(10_000),
  title: Text(200),
  description: Text(2_000),
  template: TemplateBody,
});
export type TemplateInput = z.infer<typeof TemplateInput>;

export const Template = TemplateInput.extend({
  /** Of the template's canonical JSON: what was tested is known by it. */
  hash: Sha256,
  /** Null where it comes with Causeway. */
  contributedBy: z.string().nullable(),
  createdAt: StoredInstant.nullable(),
});
export type Template = z.infer<typeof Template>;

/** A template in a list, with what it asks for. */
export const TemplateSummary = Template.omit({ template: true }).extend({
  parameters: z.record(z.string(), ParameterDefinition),
});
export type TemplateSummary = z.infer<typeof TemplateSummary>;
