/** Where a project's pages are. Ids are opaque and may hold any character; runs go by their numbers. */
export type ProjectPath = { readonly org: string; readonly project: string };

export const projectHref = ({ org, project }: ProjectPath) => `/${org}/${project}`;
export const runHref = (path: ProjectPath, number: number) => `${projectHref(path)}/runs/${number}`;
export const modelHref = (path: ProjectPath, id: string) => `${projectHref(path)}/models/${encodeURIComponent(id)}`;
export const newRunHref = (path: ProjectPath, modelId?: string) =>
  `${projectHref(path)}/runs/new${modelId ? `?model=${encodeURIComponent(modelId)}` : ''}`;
export const changedRunHref = (path: ProjectPath, number: number) => `${newRunHref(path)}?run=${number}`;
/** The next run of the progression, open to be changed. */
export const promotedRunHref = (path: ProjectPath, number: number, calibrationId?: string | null) =>
  `${newRunHref(path)}?promote=${number}${calibrationId ? `&calibration=${encodeURIComponent(calibrationId)}` : ''}`;
export const compareHref = (path: ProjectPath, numbers: readonly number[]) =>
  `${projectHref(path)}/compare?runs=${numbers.join(',')}`;
