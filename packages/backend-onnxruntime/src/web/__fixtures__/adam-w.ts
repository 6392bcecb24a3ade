import * as tf from "@tensorflow/tfjs";

/** The backend's AdamW kernel on variables, without the training package. */
export function adamW(variables: tf.Variable[]): { step(gradients: tf.Tensor[]): void; dispose(): void } {
  const moments = () => variables.map(({ shape }) => tf.variable(tf.zeros(shape), false));
  const [firstMoments, secondMoments] = [moments(), moments()];
  let step = 0;
  return {
    step: (gradients) => {
      const attributes = {
        variables,
        gradients,
        firstMoments,
        secondMoments,
        weightDecays: variables.map(() => 0.01),
        learningRate: 0.01,
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-6,
        clipNorm: 1,
        step: ++step,
        biasCorrection: true,
      };
      tf.engine().runKernel("BertkitAdamW", {}, attributes as unknown as tf.NamedAttrMap);
    },
    dispose: () => tf.dispose([firstMoments, secondMoments]),
  };
}
