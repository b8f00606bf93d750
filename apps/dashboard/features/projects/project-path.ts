/** Where a project's pages are. Ids are opaque and may hold any character; runs go by their numbers. */
export type ProjectPath = { readonly org: string; readonly project: string };

export const projectHref = ({ org, project }: ProjectPath) => `/${org}/${project}`;
export const runHref = (path: ProjectPath, number: number) => `${projectHref(path)}/runs/${number}`;
export const modelHref = (path: ProjectPath, id: string) => `${projectHref(path)}/models/${encodeURIComponent(id)}`;
export const newRunHref = (path: ProjectPath, modelId?: string) =>
  `${projectHref(path)}/runs/new${modelId ? `?model=${encodeURIComponent(modelId)}` : ''}`;
/** The dialog for another version of a model, for a run that is being put together; `query` is that of its page, `?step=inputs`. */
export const newVersionHref = (path: ProjectPath, modelId: string, query: string) =>
  `${modelHref(path, modelId)}?newRun=${encodeURIComponent(query)}`;
/** Back to the run that is being put together, which its tab has kept. */
export const keptRunHref = (path: ProjectPath, query: string) => `${newRunHref(path)}?${query.replace(/^\?/, '')}`;
export const changedRunHref = (path: ProjectPath, number: number) => `${newRunHref(path)}?run=${number}`;
/** The next run of the progression, open to be changed. */
export const promotedRunHref = (path: ProjectPath, number: number, calibrationId?: string | null) =>
  `${newRunHref(path)}?promote=${number}${calibrationId ? `&calibration=${encodeURIComponent(calibrationId)}` : ''}`;
export const compareHref = (path: ProjectPath, numbers: readonly number[]) =>
  `${projectHref(path)}/compare?runs=${numbers.join(',')}`;
