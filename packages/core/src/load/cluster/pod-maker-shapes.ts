import { metadata, podSpec, podTemplate } from "./object-shapes.ts";
import { all, fields, list, type Shape } from "./projection.ts";

/** Kinds that have `spec.template`, or a reference to the workload that has it. */
export const templateShape: Shape = fields({
  metadata,
  spec: fields({ replicas: all, workloadRef: fields({ kind: all, name: all }), template: podTemplate }),
  status: fields({ desiredNumberScheduled: all }),
});

/** Kinds whose objects are like pods. */
export const podLikeShape: Shape = fields({ metadata, spec: podSpec });

const inner = fields({
  spec: fields({ parallelism: all, completionMode: all, completions: all, template: podTemplate }),
});

/** Kinds that have `spec.template.<one of several>.spec.template`. */
export const nestedTemplateShape: Shape = fields({
  metadata,
  spec: fields({
    template: fields({
      jobTemplate: inner,
      broadcastJobTemplate: inner,
      statefulSetTemplate: inner,
      advancedStatefulSetTemplate: inner,
      cloneSetTemplate: inner,
      deploymentTemplate: inner,
    }),
  }),
});

export const replicatedJobsShape: Shape = fields({
  metadata,
  spec: fields({ replicatedJobs: list(fields({ name: all, template: inner })) }),
});

export const leaderAndWorkersShape: Shape = fields({
  metadata,
  spec: fields({ leaderWorkerTemplate: fields({ leaderTemplate: podTemplate, workerTemplate: podTemplate }) }),
});
