import type { GraphQLSchema } from 'graphql';
import './scalars.ts';
import './errors.ts';
import '../backends/backend.ts';
import '../comparison/compare-runs.ts';
import '../datasets/create-dataset.ts';
import '../events/run-log.ts';
import '../events/subscriptions.ts';
import '../fleet/fleet.ts';
import '../members/accept-invitation.ts';
import '../members/change-role.ts';
import '../members/invite-member.ts';
import '../models/create-model.ts';
import '../models/model.ts';
import '../organizations/create-organization.ts';
import '../organizations/organization.ts';
import '../plans/plan-run.ts';
import '../projects/create-project.ts';
import '../recipes/save-recipe.ts';
import '../runs/cancel-run.ts';
import '../runs/retry-run.ts';
import '../runs/run-connection.ts';
import '../runs/submit-run.ts';
import '../viewer/viewer.ts';
import { builder } from './builder.ts';

/** The schema that every noun has added its part to. */
export const schema: GraphQLSchema = builder.toSchema();
