/** Where a project's pages are. Ids are opaque and may hold any character. */
export type ProjectPath = { readonly org: string; readonly project: string };

export const projectHref = ({ org, project }: ProjectPath) => `/${org}/${project}`;
export const runHref = (path: ProjectPath, id: string) => `${projectHref(path)}/runs/${encodeURIComponent(id)}`;
export const modelHref = (path: ProjectPath, id: string) => `${projectHref(path)}/models/${encodeURIComponent(id)}`;
export const newRunHref = (path: ProjectPath, modelId?: string) =>
  `${projectHref(path)}/runs/new${modelId ? `?model=${encodeURIComponent(modelId)}` : ''}`;
export const changedRunHref = (path: ProjectPath, runId: string) =>
  `${newRunHref(path)}?run=${encodeURIComponent(runId)}`;
/** The next run of the progression, open to be changed. */
export const promotedRunHref = (path: ProjectPath, runId: string, calibrationId?: string | null) =>
  `${newRunHref(path)}?promote=${encodeURIComponent(runId)}${calibrationId ? `&calibration=${encodeURIComponent(calibrationId)}` : ''}`;
export const compareHref = (path: ProjectPath, ids: readonly string[]) =>
  `${projectHref(path)}/compare?runs=${ids.map(encodeURIComponent).join(',')}`;
